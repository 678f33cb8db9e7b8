import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  equalNames,
  isSubdomainOf,
  type Name,
  nameFromText,
  nameFromWire,
  nameKey,
  nameToText,
  nameToWire,
  readMessage,
  writeQuery,
} from '../src/index.js'
import { anyMessage, anyName } from './arbitrary-message.js'
import { encode } from './encode.js'
import { readOrRefuse } from './read-or-refuse.js'
import { FIRST, message, pointer, record } from './wire.js'

const seed = 20_260_801
const often = { seed, numRuns: 1_000 }

const telling = fc.oneof(fc.constantFrom(0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff), fc.integer({ min: 0, max: 255 }))

/** A few octets of a message changed, and in some also taken out or put in. */
const mutations = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.record({ at: fc.nat(), remove: fc.constant(1), insert: fc.tuple(telling) })) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({ at: fc.nat(), remove: fc.integer({ min: 0, max: 3 }), insert: fc.array(telling, { maxLength: 3 }) }),
    ),
  },
)

/** Compresses where the next of some drawn values says so. */
const compression = fc.infiniteStream(fc.boolean()).map((drawn) => () => drawn.next().value)

describe('messages', () => {
  it('are read as they were written, however they are compressed', () => {
    fc.assert(
      fc.property(anyMessage, compression, (model, compress) => {
        const { lastRecordOffset: _, ...read } = readMessage(encode(model, compress))
        expect(read).toEqual(model)
      }),
      often,
    )
  })

  it('are read or refused when octets of them are changed', () => {
    fc.assert(
      fc.property(anyMessage, mutations, (model, changes) => {
        const octets = [...encode(model, () => true)]
        for (const { at, remove, insert } of changes) {
          octets.splice(at % (octets.length + 1), remove, ...insert)
        }
        readOrRefuse(Uint8Array.from(octets))
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it('are refused when they are cut anywhere', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (model, cut) => {
        const bytes = encode(model, () => true)
        expect(readOrRefuse(bytes.subarray(0, cut % bytes.length))).toBeInstanceOf(Error)
      }),
      often,
    )
  })

  it('are read or refused when names point anywhere into opaque RDATA', () => {
    const start = FIRST + 11
    const octet = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 1, 1, 2, 0xc0) },
      { weight: 1, arbitrary: fc.integer({ min: start, max: start + 60 }) },
    )
    const data = fc.array(octet, { minLength: 4, maxLength: 60 })
    const targets = fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(data, targets, (octets, offsets) => {
        const rest = offsets.map((offset) => record(pointer(start + offset), 12, [1, 0x61, ...pointer(start + offset)]))
        readOrRefuse(message({ answers: [record([0], 65280, octets), ...rest] }))
      }),
      { seed, numRuns: 5_000 },
    )
  })

  it('are read or refused when they are any bytes', () => {
    const header = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 })
    const body = fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 4, 12, 13, 14, 33, 0xc0), { maxLength: 200 })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.tuple(header, body).map((parts) => Uint8Array.from(parts.flat())),
        ),
        (bytes) => {
          readOrRefuse(bytes)
        },
      ),
      { seed, numRuns: 5_000 },
    )
  })
})

describe('names', () => {
  it('come back from their text, their wire form and a query', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameFromText(nameToText(name))).toEqual(name)
        expect(nameFromText(`${nameToText(name)}.`.replace(/^\.\.$/, '.'))).toEqual(name)
        expect(nameFromWire(nameToWire(name)).name).toEqual(name)
        expect(readMessage(writeQuery({ id: 1, name, type: 1 })).questions[0]?.name).toEqual(name)
      }),
      often,
    )
  })

  it('have text that is printable ASCII', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameToText(name)).toMatch(/^[!-~]+$/)
      }),
      often,
    )
  })

  it('have one key exactly when they are equal', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        expect(nameKey(a) === nameKey(b)).toBe(equalNames(a, b))
        const upper: Name = a.map((label) => label.replace(/[a-z]/g, (letter) => letter.toUpperCase()))
        expect(equalNames(a, upper)).toBe(true)
        expect(nameKey(upper)).toBe(nameKey(a))
      }),
      often,
    )
  })

  it('are below each of their ends', () => {
    fc.assert(
      fc.property(anyName, anyName, (front, end) => {
        expect(isSubdomainOf([...front, ...end], end)).toBe(true)
        expect(isSubdomainOf(end, [...front, ...end])).toBe(front.length === 0)
      }),
      often,
    )
  })
})
