import {
  canonicalAddress,
  clusterNameFault,
  clusterNameKey,
  DiscoveryError,
  escapeText,
  formatEndpoint,
  parseClusterName,
  parseEndpoint,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const often = { numRuns: 2_000, seed: 63 }
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', ' ', '\n', '\u2212', '\\'), maxLength: 70 }),
)

describe('cluster names', () => {
  it('are exactly the texts of 1 to 63 letters, digits, minus and underscore that do not begin with a minus', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const isLabel = text.length >= 1 && text.length <= 63 && [...text].every((character) => /[\w-]/.test(character))
        const isName = isLabel && text[0] !== '-'
        expect(clusterNameFault(text) === undefined).toBe(isName)
        if (isName) expect(parseClusterName(text)).toBe(text)
        else expect(() => parseClusterName(text)).toThrow(DiscoveryError)
      }),
      often,
    )
  })

  it('have one key exactly when they differ in case only', () => {
    const name = fc.stringMatching(/^[aAbB_][aAbB_-]{0,2}$/).map(parseClusterName)
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(clusterNameKey(a) === clusterNameKey(b)).toBe(a.toUpperCase() === b.toUpperCase())
        expect(clusterNameKey(parseClusterName(clusterNameKey(a)))).toBe(clusterNameKey(a))
      }),
      often,
    )
  })
})

describe('endpoints', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((text) => canonicalAddress(text) ?? '::1'),
    fc.constantFrom('fe80::1%eth0', 'fe80::2%3'),
  )

  it('come back from their text', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 65_535 }), (own, port) => {
        const written = formatEndpoint({ address: own, port })
        expect(parseEndpoint(written)).toMatchObject({ address: own, port })
        expect(parseEndpoint(written, { defaultPort: null })).toMatchObject({ address: own, port })
      }),
      often,
    )
  })

  it('of any text are canonical, or refused in one safe line', () => {
    const nearly = fc
      .array(fc.constantFrom('[', ']', ':', '.', '%', '1', '255', '256', '::', 'fe80', 'eth0', '0', '\n', ' '), {
        maxLength: 9,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(nearly, anyText), (text) => {
        try {
          const endpoint = parseEndpoint(text)
          expect(canonicalAddress(endpoint.address)).toBe(endpoint.address)
          expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint)
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_ENDPOINT_INVALID' })
          expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        }
      }),
      often,
    )
  })
})

describe('escapeText', () => {
  it('gives one safe line from which the text can be had again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeText(text)
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(unescaped(escaped)).toBe(text)
      }),
      often,
    )
  })
})

function unescaped(text: string): string {
  return text.replace(/\\(?:\\|x([0-9a-f]{2})|u\{([0-9a-f]+)\})/g, (_, short?: string, long?: string) => {
    const code = short ?? long
    return code === undefined ? '\\' : String.fromCodePoint(Number.parseInt(code, 16))
  })
}
