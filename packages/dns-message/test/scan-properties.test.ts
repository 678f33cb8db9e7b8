import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyMessage } from './arbitrary-message.js'
import { encode } from './encode.js'
import { scannedAsRead } from './scan-as-reader.js'
import { message, pointer, record } from './wire.js'

const seed = 20_261_126

const telling = fc.oneof(fc.constantFrom(0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff), fc.integer({ min: 0, max: 255 }))
const change = fc.record({
  at: fc.nat(),
  remove: fc.constantFrom(1, 1, 1, 0, 2),
  insert: fc.array(telling, { minLength: 1, maxLength: 2 }),
})
/** A third of the messages stays as it is. */
const changes = fc.oneof(fc.constant([]), fc.array(change, { minLength: 1, maxLength: 2 }), fc.array(change))
const compression = fc.infiniteStream(fc.boolean()).map((drawn) => () => drawn.next().value)

describe('scanMessage', () => {
  it('accepts, refuses and finds what readMessage does, in 10,000 messages of which most are changed', () => {
    let accepted = 0
    const property = fc.property(anyMessage, compression, changes, (model, compress, altered) => {
      const octets = [...encode(model, compress)]
      for (const { at, remove, insert } of altered) octets.splice(at % (octets.length + 1), remove, ...insert)
      if (scannedAsRead(Uint8Array.from(octets))) accepted += 1
    })
    fc.assert(property, { seed, numRuns: 10_000 })
    expect(accepted).toBeGreaterThan(3_000)
    expect(accepted).toBeLessThan(9_000)
  }, 120_000)

  it('does in 5,000 messages whose names point anywhere into opaque RDATA', () => {
    const start = 12 + 11
    const octet = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 1, 1, 2, 0xc0) },
      { weight: 1, arbitrary: fc.integer({ min: start, max: start + 60 }) },
    )
    const data = fc.array(octet, { minLength: 4, maxLength: 60 })
    const targets = fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 6 })
    let accepted = 0
    const property = fc.property(data, targets, (octets, offsets) => {
      const rest = offsets.map((at) => record(pointer(start + at), 12, [1, 0x61, ...pointer(start + at)]))
      if (scannedAsRead(message({ answers: [record([0], 65_280, octets), ...rest] }))) accepted += 1
    })
    fc.assert(property, { seed, numRuns: 5_000 })
    expect(accepted).toBeGreaterThan(100)
  })

  it('does in 5,000 that are any bytes', () => {
    const header = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 })
    const body = fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 4, 6, 12, 13, 14, 33, 41, 0xc0), { maxLength: 200 })
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(header, body).map((parts) => Uint8Array.from(parts.flat())),
    )
    fc.assert(
      fc.property(any, (bytes) => {
        scannedAsRead(bytes)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})
