import { type EdnsOption, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { extendedErrorsOf } from '../src/reply/server-fault.js'
import { message, record } from './records.js'

const error = (code: number, text = ''): EdnsOption => {
  return { code: 15, data: Buffer.from([code >> 8, code & 0xff, ...Buffer.from(text)]) }
}
const shown = (...options: readonly EdnsOption[]): string | null => {
  const opt = record('.', { kind: 'OPT', options }, { type: RecordType.OPT, class: 1232 })
  return extendedErrorsOf(message('a.test', RecordType.SRV, { additionals: [opt] }))
}

describe('extendedErrorsOf', () => {
  it.each([
    ['no option', [], null],
    ['another option', [{ code: 10, data: Buffer.alloc(8) }], null],
    ['a code alone', [error(18)], 'Prohibited'],
    ['a code with words', [error(15, 'by policy')], 'Blocked: by policy'],
    ['the first code', [error(0, 'x')], 'Other: x'],
    ['a code without a name', [error(49_152)], 'error 49152'],
    ['words that end in NUL', [error(22, 'gone\0')], 'No Reachable Authority: gone'],
    ['words that would drive a terminal', [error(18, '\x1b[2J\n\u202e')], 'Prohibited: \\x1b[2J\\x0a\\u{202e}'],
    ['octets that are no text', [{ code: 15, data: Buffer.of(0, 3, 0xff) }], 'Stale Answer: \ufffd'],
    ['too few octets for a code', [{ code: 15, data: Buffer.of(1) }], null],
    ['several', [error(3), error(22, 'a')], 'Stale Answer; No Reachable Authority: a'],
    ['more than anybody reads', Array(9).fill(error(6)), `${Array(4).fill('DNSSEC Bogus').join('; ')}; ...`],
  ] as const)('reads %s', (_, options, expected) => {
    expect(shown(...options)).toBe(expected)
  })

  it('cuts long words', () => {
    expect(shown(error(0, 'x'.repeat(60_000)))?.length).toBeLessThan(250)
  })

  it('has nothing to read without EDNS', () => {
    expect(extendedErrorsOf(message('a.test', RecordType.SRV))).toBeNull()
  })
})
