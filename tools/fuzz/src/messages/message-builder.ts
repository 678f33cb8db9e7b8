import type { FuzzRandom } from '../fuzz-random.js'

/** Labels that names are made of. */
const LABELS = [
  'pstorage',
  '_pstorage',
  '_tcp',
  '_udp',
  'local',
  'test',
  'a',
  'b',
  'mds1',
  'MDS1',
  'Cluster1',
  'cluster1',
  'my-cluster #2',
  '_services',
  '_dns-sd',
  'hmac-sha256',
  'a.b',
  '*',
  '\xff',
  '\0',
  'x'.repeat(63),
] as const

/** Names that matter to those who read. */
const NAMES: readonly (readonly string[])[] = [
  [],
  ['_pstorage', '_tcp', 'local'],
  ['Cluster1', '_pstorage', '_tcp', 'local'],
  ['mds1', 'local'],
  ['pstorage', 'test'],
  ['pstorage_clusters', 'pstorage', 'test'],
  ['_pstorage', '_tcp', 'cluster1', 'pstorage', 'test'],
  ['mds1', 'pstorage', 'test'],
]

const TYPES = [1, 28, 33, 16, 12, 6, 2, 5, 47, 250, 10, 65280, 255] as const
const CLASSES = [1, 1, 1, 1, 0x8001, 3, 254, 255] as const
const TTLS = [0, 1, 120, 4_500, 0x7fffffff, 0x80000000, 0xffffffff] as const
const TEXTS = [
  'cluster=Cluster1',
  'cluster=',
  'cluster',
  'cluster1,cluster2',
  ' a , b',
  '',
  '=',
  'v=spf1 -all',
] as const
const LARGEST = 65_535

/** Writes DNS messages that are in order, of whatever can stand in one, with names compressed as it comes. */
export class MessageBuilder {
  readonly #bytes = Buffer.alloc(2 * LARGEST)
  readonly #random: FuzzRandom
  /** Offsets of the ends of names that a pointer can reach. */
  readonly #places = new Map<string, number>()
  #at = 0

  constructor(random: FuzzRandom) {
    this.#random = random
  }

  /** A message of at most `records` records a section, fewer more often than not. */
  message(records: number): Uint8Array {
    const random = this.#random
    this.#places.clear()
    this.#at = 0
    this.#uint16(random.bits() & 0xffff)
    this.#uint16(random.pick([0x8000, 0x8400, 0x0000, 0x0100, 0x8580, random.bits() & 0xffff]))
    const counts = [random.below(3), random.small(records + 1), random.small(records + 1), random.small(records + 1)]
    const hasOpt = random.oneIn(3)
    for (const count of counts) this.#uint16(count)
    const [questions = 0, answers = 0, authorities = 0, additionals = 0] = counts
    for (let left = questions; left > 0; left -= 1) {
      this.#name()
      this.#uint16(random.pick(TYPES))
      this.#uint16(random.pick(CLASSES))
    }
    let written = 0
    for (let left = answers + authorities + additionals; left > 0 && this.#at < LARGEST - 2_000; left -= 1) {
      this.#record()
      written += 1
    }
    if (hasOpt) this.#opt()
    this.#correctCounts([answers, authorities, additionals], written, hasOpt)
    return Buffer.from(this.#bytes.subarray(0, Math.min(this.#at, LARGEST)))
  }

  /** Fewer records than intended may have found room. */
  #correctCounts(counts: readonly number[], written: number, hasOpt: boolean): void {
    let left = written
    for (const [index, count] of counts.entries()) {
      const here = Math.min(count, left)
      left -= here
      this.#bytes.writeUInt16BE(here + (index === 2 && hasOpt ? 1 : 0), 6 + 2 * index)
    }
  }

  #record(): void {
    const random = this.#random
    const type = random.pick(TYPES)
    this.#name()
    this.#uint16(type)
    this.#uint16(random.pick(CLASSES))
    this.#uint32(random.pick(TTLS))
    const length = this.#at
    this.#uint16(0)
    this.#data(type)
    this.#bytes.writeUInt16BE(this.#at - length - 2, length)
  }

  #data(type: number): void {
    const random = this.#random
    switch (type) {
      case 1:
        this.#uint32(random.pick([0x7f000001, 0xc0000201, 0, 0xe00000fb, random.bits()]))
        break
      case 28:
        this.#octets(16, random.pick([0, 0xfe, 0xff, undefined]))
        break
      case 33:
        for (let left = 2; left > 0; left -= 1) this.#uint16(random.pick([0, 1, 10, 0xffff]))
        this.#uint16(random.pick([2510, 0, 1, 0xffff]))
        this.#name()
        break
      case 16:
        for (let left = random.below(4); left > 0; left -= 1) this.#string(random.pick(TEXTS))
        break
      case 6:
        this.#name()
        this.#name()
        for (let left = 5; left > 0; left -= 1) this.#uint32(random.pick(TTLS))
        break
      case 2:
      case 5:
      case 12:
        this.#name()
        break
      default:
        this.#octets(random.small(40), random.pick([0, 0xc0, undefined]))
    }
  }

  #opt(): void {
    const random = this.#random
    this.#octets(1, 0)
    this.#uint16(41)
    this.#uint16(random.pick([512, 1_232, 0, 0xffff]))
    this.#uint32(random.pick([0, 0x01000000, 0x8000, random.bits()]))
    const length = this.#at
    this.#uint16(0)
    for (let left = random.small(4); left > 0; left -= 1) {
      const size = random.small(20)
      this.#uint16(random.pick([10, 15, 3, 12, 65001]))
      this.#uint16(size)
      this.#octets(size, undefined)
    }
    this.#bytes.writeUInt16BE(this.#at - length - 2, length)
  }

  #name(): void {
    const random = this.#random
    const known = NAMES[random.below(NAMES.length)] ?? []
    const labels = random.oneIn(2)
      ? known
      : [...Array.from({ length: random.small(4) }, () => random.pick(LABELS)), ...known]
    const compresses = !random.oneIn(3)
    for (let index = 0; index < labels.length; index += 1) {
      const rest = labels.slice(index).join('\n')
      const place = this.#places.get(rest)
      if (place !== undefined && compresses) {
        this.#uint16(0xc000 | place)
        return
      }
      if (this.#at < 0x4000) this.#places.set(rest, this.#at)
      this.#string(labels[index] ?? '')
    }
    this.#octets(1, 0)
  }

  #string(text: string): void {
    this.#bytes[this.#at] = text.length
    this.#bytes.write(text, this.#at + 1, 'latin1')
    this.#at += 1 + text.length
  }

  #octets(count: number, value: number | undefined): void {
    for (let left = count; left > 0; left -= 1) this.#bytes[this.#at++] = value ?? this.#random.bits()
  }

  #uint16(value: number): void {
    this.#at = this.#bytes.writeUInt16BE(value, this.#at)
  }

  #uint32(value: number): void {
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }
}
