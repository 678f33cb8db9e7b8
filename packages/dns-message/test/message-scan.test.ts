import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  equalNames,
  type Message,
  MessageError,
  type MessageScan,
  type Name,
  nameToWire,
  readMessage,
  responseCode,
  scanMessage,
} from '../src/index.js'
import { DEFAULT_MESSAGE_LIMITS } from '../src/message-limits.js'
import { MessageScanner } from '../src/message-scanner.js'
import { anyMessage } from './arbitrary-message.js'
import { messageErrorOf } from './caught.js'
import { encode } from './encode.js'
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

const attempt = <T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | MessageError => {
  try {
    return read(bytes)
  } catch (error) {
    if (error instanceof MessageError) return error
    throw error
  }
}

/** Says whether the bytes are a message, after seeing that reader and scanner say the same of them. */
function compare(bytes: Uint8Array): boolean {
  const [read, scan] = [attempt(readMessage, bytes), attempt(scanMessage, bytes)]
  if (read instanceof MessageError || scan instanceof MessageError) {
    const told = [read, scan].map((each) => (each instanceof MessageError ? each.message : 'accepted'))
    expect(told[1]).toBe(told[0])
    return false
  }
  compareRecords(read, scan)
  return true
}

function compareRecords(read: Message, scan: MessageScan): void {
  const records = [...read.answers, ...read.authorities, ...read.additionals]
  expect([scan.header, scan.questions, scan.answers]).toEqual([read.header, read.questions.length, read.answers.length])
  expect(scan.responseCode).toBe(responseCode(read))
  const scanned = Array.from({ length: scan.records }, (_, index) => {
    const [type, ttl] = [scan.type(index), scan.ttl(index)]
    return { name: scan.owner(index), type, class: scan.class(index), ttl }
  })
  expect(scanned).toEqual(records.map(({ data: _, ...rest }) => rest))
  for (const [index, { name: owner }] of records.entries()) {
    const other = records[(index + 1) % records.length]?.name ?? []
    for (const each of [owner, other, owner.slice(0, 1)]) compareNames(scan, scan.ownerOffset(index), owner, each)
  }
}

/** Labels passed on the wire are those of names. */
function compareNames(scan: MessageScan, at: number, owner: Name, other: Name): void {
  const lower = other.map((label) => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  const wire = nameToWire(lower)
  const front = scan.passLabels(at, wire.subarray(0, -1))
  const found = {
    isEqual: scan.passLabels(at, wire) >= 0,
    isFront: front >= 0,
    next: front < 0 ? undefined : scan.bytes[scan.labelAt(front)],
  }
  const isFront = equalNames(owner.slice(0, other.length), other)
  const next = isFront ? (owner[other.length]?.length ?? 0) : undefined
  if (!isDeepStrictEqual(found, { isEqual: equalNames(owner, other), isFront, next })) {
    throw new Error(`passed ${JSON.stringify({ owner, other, found })}`)
  }
}

describe('scanMessage', () => {
  it('accepts, refuses and finds what readMessage does, in 10,000 messages of which most are changed', () => {
    let accepted = 0
    const property = fc.property(anyMessage, compression, changes, (model, compress, altered) => {
      const octets = [...encode(model, compress)]
      for (const { at, remove, insert } of altered) octets.splice(at % (octets.length + 1), remove, ...insert)
      if (compare(Uint8Array.from(octets))) accepted += 1
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
      if (compare(message({ answers: [record([0], 65_280, octets), ...rest] }))) accepted += 1
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
        compare(bytes)
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
    expect(compare(message({ questions: [question([0], 1)], answers: pointers(126) }))).toBe(true)
    expect(compare(message({ questions: [question([0], 1)], answers: pointers(127) }))).toBe(false)
    const long = ['a', 'b', 'c'].map((letter) => letter.repeat(63))
    for (const [size, isName] of [
      [61, true],
      [62, false],
    ] as const) {
      const owner = [size, ...Array<number>(size).fill(0x61), ...pointer(12)]
      const parts = { questions: [question(name(...long), 1)], answers: [record(owner, 65_280, [])] }
      expect(compare(message(parts))).toBe(isName)
    }
    expect(compare(message({ counts: [0, 0xffff, 0xffff, 0xffff] }))).toBe(false)
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
