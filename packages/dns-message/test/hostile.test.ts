import { describe, expect, it } from 'vitest'
import { MessageError, readMessage } from '../src/index.js'
import { FIRST, message, name, type Octets, pointer, question, record, text, u16, u32 } from './wire.js'

/** The bar for any message of 64 KiB, hostile or not. */
const BAR_MS = 20
const SIZE = 65_535
const POINTABLE = 0x4000

/** A message that is filled up with these. */
function filled(
  section: 'questions' | 'answers',
  before: readonly Octets[],
  next: (index: number) => Octets,
): Uint8Array {
  const parts = [...before]
  let size = FIRST + before.flat().length
  for (let index = 0; ; index++) {
    const part = next(index)
    if (size + part.length > SIZE) {
      return message({ [section]: parts })
    }
    parts.push(part)
    size += part.length
  }
}

const one = (index: number): Octets => [1, 0x61 + (index % 26)]
const many = (labels: number): Octets => [...Array.from({ length: labels }, (_, i) => one(i)).flat(), 0]

/** Opaque RDATA up to the last octet that can be pointed to. */
function opaque(octet: (offset: number) => number): Octets {
  const start = FIRST + 11
  const data = Array.from({ length: POINTABLE - start }, (_, i) => octet(start + i))
  return record([0], 65280, data)
}

/** Labels of one octet at each even and each odd offset, which end every 250 octets. */
const overlapping = opaque((offset) => (offset % 250 < 2 ? 0 : 1))

/** Pointers at each odd offset to the one before, which end after 124. */
const pointers = opaque((offset) => {
  const index = (offset - FIRST - 11) >> 1
  const [high, low] = index % 125 === 0 ? [0, 0] : pointer(FIRST + 11 + 2 * (index - 1))
  return (offset - FIRST - 11) % 2 === 0 ? (high ?? 0) : (low ?? 0)
})

/** Octets that records can point to, in an order that comes back to none of them early. */
const spread = (index: number): number => FIRST + 11 + 2 * ((index * 61) % 8_000)

const hostile: readonly { name: string; bytes: Uint8Array }[] = [
  {
    name: 'pointers that each go to the one before',
    bytes: filled('questions', [question(name('a'), 1)], (i) =>
      question(pointer(i === 0 ? FIRST : Math.min(FIRST + 7 + 6 * (i - 1), 0x3fff)), 1),
    ),
  },
  {
    name: 'names of 126 hops',
    bytes: filled('questions', [question(name('a'), 1)], (i) =>
      question(pointer(i === 0 ? FIRST : FIRST + 7 + 6 * Math.min(i - 1, 124)), 1),
    ),
  },
  { name: 'names of 127 labels', bytes: filled('questions', [], () => question(many(127), 1)) },
  {
    name: 'names that are a pointer to 127 labels',
    bytes: filled('answers', [record(many(127), 2, pointer(FIRST))], () => record(pointer(FIRST), 2, pointer(FIRST))),
  },
  {
    name: 'names of one label and a pointer to 126',
    bytes: filled('questions', [question(many(126), 1)], (i) => question([...one(i), ...pointer(FIRST)], 1)),
  },
  {
    name: 'owners and targets of one label and a pointer to 126',
    bytes: filled('answers', [record(many(126), 2, pointer(FIRST))], (i) =>
      record([...one(i), ...pointer(FIRST)], 2, [...one(i + 1), ...pointer(FIRST)]),
    ),
  },
  {
    name: 'pointers to every label of long names',
    bytes: filled('questions', Array(63).fill(question(many(127), 1)), (i) =>
      question(pointer(FIRST + 259 * (i % 63) + 2 * (Math.floor(i / 63) % 127)), 1),
    ),
  },
  {
    name: 'pointers to every label of overlapping names in opaque RDATA',
    bytes: filled('answers', [overlapping], (i) => record(pointer(spread(2 * i)), 2, pointer(spread(2 * i + 1)))),
  },
  {
    name: 'pointers into chains of pointers in opaque RDATA',
    bytes: filled('answers', [pointers], (i) => record(pointer(spread(2 * i)), 2, pointer(spread(2 * i + 1)))),
  },
  {
    name: 'names of labels of 63 octets',
    bytes: filled('questions', [], () =>
      question(name('x'.repeat(63), 'y'.repeat(63), 'z'.repeat(63), 'w'.repeat(61)), 1),
    ),
  },
  {
    name: 'names of labels of 13 octets',
    bytes: filled('questions', [], () => question(name(...Array(18).fill('x'.repeat(13))), 1)),
  },
  { name: 'questions about the root', bytes: filled('questions', [], () => question([0], 1)) },
  { name: 'records without RDATA', bytes: filled('answers', [], () => record([0], 65280, [])) },
  { name: 'A records', bytes: filled('answers', [], (i) => record([0], 1, u32(i))) },
  {
    name: 'AAAA records',
    bytes: filled('answers', [], (i) => record([0], 28, [...u32(0x20010db8), ...u32(i), ...u32(i), ...u32(i)])),
  },
  { name: 'empty strings', bytes: message({ answers: [record([0], 16, Array(65_500).fill(0))] }) },
  {
    name: 'strings of one octet',
    bytes: message({ answers: [record([0], 16, Array.from({ length: 32_750 }, () => [1, 0x61]).flat())] }),
  },
  { name: 'EDNS options without data', bytes: message({ additionals: [record([0], 41, Array(65_500).fill(0))] }) },
  {
    name: 'EDNS options of one octet',
    bytes: message({ additionals: [record([0], 41, Array.from({ length: 13_100 }, () => [0, 9, 0, 1, 7]).flat())] }),
  },
  { name: 'nothing but zeros', bytes: new Uint8Array(SIZE) },
  { name: 'nothing but ones', bytes: new Uint8Array(SIZE).fill(1) },
  { name: 'nothing but 0xC0', bytes: new Uint8Array(SIZE).fill(0xc0) },
  { name: 'nothing but 0xFF', bytes: new Uint8Array(SIZE).fill(0xff) },
  {
    name: 'every count at its most and text',
    bytes: Uint8Array.from([...u16(1), ...u16(0), ...Array(8).fill(0xff), ...text('.'.repeat(SIZE - 12))]),
  },
]

describe('64 KiB are read or refused in time:', () => {
  it.each(hostile)('$name', ({ bytes }) => {
    // The quickest of a few, because what else the machine does is not the reader's.
    const times = Array.from({ length: 12 }, () => timeOf(bytes))
    expect(Math.min(...times)).toBeLessThan(BAR_MS)
  })
})

function timeOf(bytes: Uint8Array): number {
  const start = performance.now()
  try {
    readMessage(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(MessageError)
  }
  return performance.now() - start
}
