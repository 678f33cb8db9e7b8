import { describe, expect, it } from 'vitest'
import { readMessage } from '../../src/index.js'
import { readTsig, type TsigRecord, uint48 } from '../../src/tsig/tsig-record.js'
import { message, name, question, record } from '../wire.js'

const data = Buffer.concat([
  Buffer.from('\u0003Abc\0', 'latin1'),
  Buffer.from('00006553f100012c', 'hex'),
  Buffer.from('0002aabb', 'hex'),
  Buffer.from('beef00120001cc', 'hex'),
])

const tsig = (rdata: Uint8Array = data, options: { class?: number; ttl?: number } = {}): number[] =>
  record(name('Key'), 250, [...rdata], { class: 255, ttl: 0, ...options })
const host = record(name('h'), 1, [127, 0, 0, 1])
const read = (
  sections: Partial<Record<'answers' | 'authorities' | 'additionals', number[][]>>,
): TsigRecord | undefined => readTsig(readMessage(message({ questions: [question(name('a'), 1)], ...sections })))
const malformed = expect.objectContaining({ name: 'TsigError', status: 'malformed', code: 'FORMERR' })

describe('the TSIG record of a message', () => {
  it('has every field', () => {
    expect(read({ additionals: [host, tsig()] })).toEqual({
      keyName: ['Key'],
      algorithm: ['Abc'],
      time: 1_700_000_000,
      fudge: 300,
      mac: Buffer.of(0xaa, 0xbb),
      originalId: 0xbeef,
      error: 18,
      other: Buffer.of(0xcc),
      offset: 12 + 7 + host.length,
    })
  })

  it.each([
    ['without records', {}],
    ['with others', { answers: [host], authorities: [host], additionals: [host] }],
  ])('is missing in a message %s', (_, sections) => {
    expect(read(sections)).toBeUndefined()
  })

  it.each([
    ['an answer', { answers: [tsig()] }],
    ['an answer before others', { answers: [tsig(), host], additionals: [host] }],
    ['an authority', { authorities: [tsig()] }],
    ['not the last', { additionals: [tsig(), host] }],
    ['one of two', { additionals: [tsig(), tsig()] }],
    ['one of two in other sections', { answers: [tsig()], additionals: [tsig()] }],
    ['of class IN', { additionals: [tsig(data, { class: 1 })] }],
    ['with a TTL', { additionals: [tsig(data, { ttl: 1 })] }],
  ])('is refused where it is %s', (_, sections) => {
    expect(() => read(sections)).toThrow(malformed)
  })

  it('is refused where it is shorter or longer than its fields', () => {
    for (let length = 0; length < data.length; length += 1) {
      expect(() => read({ additionals: [tsig(data.subarray(0, length))] })).toThrow(malformed)
    }
    expect(() => read({ additionals: [tsig(Buffer.concat([data, Buffer.of(0)]))] })).toThrow(malformed)
  })

  it('is refused where the algorithm is a pointer (RFC 8945 section 4.2)', () => {
    expect(() => read({ additionals: [tsig(Buffer.concat([Buffer.of(0xc0, 0), data.subarray(5)]))] })).toThrow(
      malformed,
    )
  })
})

describe('a time', () => {
  it.each([
    [0, '000000000000'],
    [1_700_000_000, '00006553f100'],
    [2 ** 48 - 1, 'ffffffffffff'],
  ])('%d has six octets', (time, hex) => {
    expect(uint48(time).toString('hex')).toBe(hex)
  })
})
