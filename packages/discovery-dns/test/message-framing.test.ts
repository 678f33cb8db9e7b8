import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, MessageFraming } from '../src/transport/message-framing.js'

/** Cuts bytes at the given places. */
function segmentsOf(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((x, y) => x - y)
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place))
}

/** The messages that a segment makes whole, copied as they come, from memory that is used for nothing else afterwards. */
function copiesOf(framing: MessageFraming, segment: Buffer): readonly Buffer[] {
  const memory = Buffer.from(segment)
  const copies = Array.from(framing.add(memory), (message) => Buffer.from(message))
  memory.fill(0xee)
  return copies
}

const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })

describe('MessageFraming', () => {
  it('TCP-5: gives the messages that were framed, however the stream was cut', () => {
    const property = fc.property(messages, fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
      const framing = new MessageFraming()
      const stream = Buffer.concat(sent.map(framed))
      const heard = segmentsOf(stream, cuts).flatMap((segment) => copiesOf(framing, segment))
      expect(heard).toEqual(sent.map((each) => Buffer.from(each)))
      expect(framing.unfinished).toBeUndefined()
    })
    fc.assert(property, { seed: 7766, numRuns: 500 })
  })

  it('TCP-3: takes a message of 65,535 octets octet by octet', () => {
    const framing = new MessageFraming()
    const stream = Buffer.from(framed(Buffer.alloc(65_535, 7)))
    const heard = [...stream].flatMap((octet) => copiesOf(framing, Buffer.of(octet)))
    expect(heard).toEqual([Buffer.alloc(65_535, 7)])
  })

  it.each([
    ['nothing', [], undefined],
    ['half of a length', [0], 'half of a length'],
    ['a length alone', [0, 212], '0 of 212 octets of a message'],
    ['half a message', [0, 212, ...Array<number>(17).fill(0)], '17 of 212 octets of a message'],
    ['a message', [0, 1, 9], undefined],
    ['an empty message', [0, 0], undefined],
    ['a message and a half', [0, 1, 9, 0, 2, 9], '1 of 2 octets of a message'],
  ] as const)('TCP-1: says what is unfinished after %s', (_, octets, expected) => {
    const framing = new MessageFraming()
    Array.from(framing.add(Buffer.from(octets)))
    expect(framing.unfinished).toBe(expected)
  })
})
