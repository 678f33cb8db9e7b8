import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanMessage } from '../src/index.js'
import { DEFAULT_MESSAGE_LIMITS } from '../src/message-limits.js'
import { MessageScanner } from '../src/message-scanner.js'
import { anyMessage } from './arbitrary-message.js'
import { messageErrorOf } from './caught.js'
import { encode } from './encode.js'
import { scannedAsRead } from './scan-as-reader.js'
import { dotted, message, name, pointer, question, record } from './wire.js'

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

  it('is bounded as readMessage is: 127 pointers in a row, names of 256 octets, counts that promise too much', () => {
    const start = 12 + 1 + 4
    const pointers = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        record(pointer(index === 0 ? 12 : start + 12 * (index - 1)), 65_280, []),
      )
    expect(scannedAsRead(message({ questions: [question([0], 1)], answers: pointers(126) }))).toBe(true)
    expect(scannedAsRead(message({ questions: [question([0], 1)], answers: pointers(127) }))).toBe(false)
    const long = ['a', 'b', 'c'].map((letter) => letter.repeat(63))
    for (const [size, isName] of [
      [61, true],
      [62, false],
    ] as const) {
      const owner = [size, ...Array<number>(size).fill(0x61), ...pointer(12)]
      const parts = { questions: [question(name(...long), 1)], answers: [record(owner, 65_280, [])] }
      expect(scannedAsRead(message(parts))).toBe(isName)
    }
    expect(scannedAsRead(message({ counts: [0, 0xffff, 0xffff, 0xffff] }))).toBe(false)
  })

  it('reads no memory before or after the message', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(3, 1),
      message({ answers: [record(name('a', 'test'), 1, [1, 2, 3, 4])] }),
    ])
    expect(scanMessage(bytes.subarray(3)).owner(0)).toEqual(['a', 'test'])
  })

  it('takes nothing but a Uint8Array', () => {
    expect(() => scanMessage('message' as unknown as Uint8Array)).toThrow(TypeError)
  })
})

describe('a scan beyond what most messages have', () => {
  it('passes opaque RDATA where nothing can point to it', () => {
    const filler = (size: number) => record(dotted('x.test'), 65280, Array(size).fill(0))
    const bytes = message({ answers: [filler(17_000), filler(1), record(dotted('y.test'), 1, [1, 2, 3, 4])] })
    const scan = scanMessage(bytes)
    expect(scan.records).toBe(3)
    expect(scan.owner(2)).toEqual(['y', 'test'])
  })

  it('counts labels, as the reader does', () => {
    const bytes = message({ questions: [question(dotted('a.b.test'), 1)] })
    const scanned = (labels: number) => new MessageScanner(bytes, { ...DEFAULT_MESSAGE_LIMITS, labels }).scan()
    expect(() => scanned(3)).not.toThrow()
    expect(messageErrorOf(() => scanned(2))).toMatchObject({ code: 'ERR_MESSAGE_LIMIT', limit: 'labels' })
  })
})
