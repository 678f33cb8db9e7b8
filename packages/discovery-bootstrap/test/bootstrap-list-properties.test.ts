import { canonicalAddress, formatEndpoint, parseEndpoint } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBootstrapList } from '../src/index.js'
import { PlainEndpointReader, readEndpoint } from '../src/list/read-entry.js'

const seed = 2510

const address = fc.oneof(
  { weight: 4, arbitrary: fc.ipV4() },
  fc.ipV6().map((text) => canonicalAddress(text) ?? '2001:db8::1'),
)
const endpoint = fc.record({ address, port: fc.integer({ min: 1, max: 65_535 }) })
const separators = fc.stringMatching(/^[,; \t]+$/)
const comments = fc.stringMatching(/^(\r\n|\n|\r)[ \t]*#[ -~]*(\r\n|\n|\r)$/)
const lineEnds = fc.constantFrom('\n', '\r\n', '\r', '\n\n')
const gap = fc.oneof(separators, comments, lineEnds)
const written = fc.array(fc.tuple(endpoint, gap))

/** Text that is nearly an entry, more often than chance would make it one. */
const likely = fc
  .array(
    fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('.', ':', '[', ']', '%', '#', '0', ' ', ',', '\n', '\u2212', 'x'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))
const anyText = fc.oneof(likely, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

describe('parseBootstrapList, for any list', () => {
  it('reads back what was written, whatever separates it', () => {
    fc.assert(
      fc.property(written, gap, (items, start) => {
        const text = start + items.map(([item, after]) => `${formatEndpoint(item)}${after}`).join('')
        const refused = parseBootstrapList(text).warnings.filter(({ code }) => code === 'bootstrap-address-refused')
        const read = parseBootstrapList(text).entries.map((entry) => formatEndpoint(entry.endpoint))
        const meant = [...new Set(items.map(([item]) => formatEndpoint(item)))]
        const left = meant.filter((each) => !read.includes(each))
        expect(read).toEqual(meant.filter((each) => read.includes(each)))
        expect(new Set(left)).toEqual(new Set(refused.map(({ message }) => /'([^']*)'/.exec(message)?.[1])))
      }),
      { seed, numRuns: 300 },
    )
  })

  it('gives entries and warnings for any text, each at its place, and never throws', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, strict) => {
        const { entries, warnings } = parseBootstrapList(text, { strict })
        const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
        for (const { line, column } of [...entries, ...warnings]) {
          expect(lines[line - 1]?.charAt(column - 1)).toMatch(/^[^,; \t\r\n]$/u)
        }
        for (const { endpoint } of entries) expect(canonicalAddress(endpoint.address)).toBe(endpoint.address)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
        for (const { message } of warnings) expect(message).not.toMatch(/[\0-\x1f\x7f-\x9f]/)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('never loses a good entry to a bad one', () => {
    fc.assert(
      fc.property(anyText, (bad) => {
        const list = parseBootstrapList(`10.0.0.9:2510\n${bad}\n10.0.0.8:2510`)
        const read = list.entries.map((entry) => formatEndpoint(entry.endpoint))
        expect(read).toContain('10.0.0.9:2510')
        expect(read).toContain('10.0.0.8:2510')
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('reads an entry exactly as parseEndpoint does, and says no where that throws', () => {
    const bracketed = fc
      .tuple(
        fc.constantFrom('[', '[', '[[', ''),
        fc.oneof(
          fc.ipV6(),
          fc.constantFrom('fe80::1%eth0', '::ffff:10.0.0.1', '::ffff:1.2.3.4%e', '10.0.0.1', '', '::g', '::1%]'),
        ),
        fc.constantFrom(']', ']', ']]', ''),
        fc.constantFrom('', ':', ':0', ':1', ':65535', ':65536', ':02', ':1.', ':1:', '1', ']:1'),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(bracketed, anyText), fc.constantFrom(null, 2510), (text, defaultPort) => {
        const read = readEndpoint(text, defaultPort)
        if (read === undefined) expect(() => parseEndpoint(text, { defaultPort })).toThrow()
        else expect(read).toEqual(parseEndpoint(text, { defaultPort }))
      }),
      { seed, numRuns: 5_000 },
    )
  })

  it('reads plain entries exactly as parseEndpoint does', () => {
    const reader = new PlainEndpointReader()
    const nearlyPlain = fc
      .tuple(
        fc.array(fc.oneof(fc.nat(260).map(String), fc.constantFrom('', '00', '01')), { minLength: 3, maxLength: 5 }),
        fc.constantFrom('', ':', ':0', ':1', ':65535', ':65536', ':02', ':1.', ':1:'),
      )
      .map(([parts, port]) => parts.join('.') + port)
    fc.assert(
      fc.property(fc.oneof(nearlyPlain, anyText), (text) => {
        if (!reader.read(text, 0, text.length)) return
        const { address, port } = parseEndpoint(text)
        expect(text.slice(0, reader.addressEnd)).toBe(address)
        expect(reader.port === 0 ? 2510 : reader.port).toBe(port)
        expect([24, 16, 8, 0].map((shift) => (reader.bits >>> shift) & 255).join('.')).toBe(address)
      }),
      { seed, numRuns: 2_000 },
    )
  })
})
