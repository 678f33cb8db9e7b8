import type { FuzzRandom } from '../fuzz-random.js'
import { mutateBytes } from '../mutate-bytes.js'
import type { MessageMap, RecordPlace } from './message-map.js'

/** Values of fields at which readers go wrong. */
const TELLING = [0, 1, 2, 5, 6, 12, 16, 28, 33, 41, 47, 250, 252, 254, 255, 0x7fff, 0x8001, 0xc00c, 0xffff] as const
const LARGEST = 65_535

/** A message that stands in one place, and what else there is to take parts from. */
export interface MutableMessage {
  readonly bytes: Uint8Array
  readonly map: MessageMap
}

/** Changes a message where its parts are: counts, lengths, names, whole records. The given one is left as it is. */
export function mutateMessage({ bytes, map }: MutableMessage, other: MutableMessage, random: FuzzRandom): Uint8Array {
  if (random.oneIn(5)) return mutateBytes(bytes, random, LARGEST)
  const copy = Buffer.from(bytes)
  const fields = 1 + random.small(3)
  switch (random.below(10)) {
    case 0:
      for (let left = fields; left > 0; left -= 1) setField(copy, map, random)
      return copy
    case 1:
      for (let left = fields; left > 0; left -= 1) setLength(copy, map, random)
      return copy
    case 2:
    case 3:
      for (let left = fields; left > 0; left -= 1) setPointer(copy, map, random)
      return copy
    case 4:
      return withoutRecord(copy, map, random)
    case 5:
      return withRecord(copy, map, { bytes, map }, random)
    case 6:
      return withRecord(copy, map, other, random)
    case 7:
      return withChangedData(copy, map, random)
    case 8:
      return copy.subarray(0, cutAt(copy, map, random))
    default:
      setField(copy, map, random)
      setPointer(copy, map, random)
      return mutateBytes(copy, random, LARGEST)
  }
}

function setField(copy: Buffer, { fields }: MessageMap, random: FuzzRandom): void {
  const at = fields[random.below(fields.length)]
  if (at === undefined || at + 2 > copy.length) return
  const value = copy.readUInt16BE(at)
  copy.writeUInt16BE(random.oneIn(2) ? random.pick(TELLING) : (value + random.below(5) - 2) & 0xffff, at)
}

function setLength(copy: Buffer, { labels }: MessageMap, random: FuzzRandom): void {
  const at = labels[random.below(labels.length)]
  if (at === undefined) return
  copy[at] = random.oneIn(2) ? random.pick([0, 0x3f, 0x40, 0x80, 0xc0]) : (copy[at] ?? 0) + random.below(5) - 2
}

/** Makes a label or a pointer point to a label, to another pointer, to itself, forward, or anywhere. */
function setPointer(copy: Buffer, { labels, pointers }: MessageMap, random: FuzzRandom): void {
  const from = random.oneIn(2) ? labels : pointers
  const at = from[random.below(from.length)]
  if (at === undefined || at + 2 > copy.length) return
  const to = random.oneIn(2) ? labels : pointers
  const target = random.oneIn(8) ? random.below(copy.length) : (to[random.below(to.length)] ?? at)
  copy.writeUInt16BE(0xc000 | (target & 0x3fff), at)
}

function withoutRecord(copy: Buffer, map: MessageMap, random: FuzzRandom): Buffer {
  const record = recordOf(map, random)
  if (record === undefined) return copy.subarray(0, random.below(copy.length))
  addToCount(copy, record.count, -1, random)
  return Buffer.concat([copy.subarray(0, record.start), copy.subarray(record.end)])
}

/** Puts a record of another message, or a second time one of its own, behind one; its pointers point wherever they then do. */
function withRecord(copy: Buffer, map: MessageMap, from: MutableMessage, random: FuzzRandom): Buffer {
  const after = recordOf(map, random)
  const record = recordOf(from.map, random)
  // A question can stand among questions only, and a record behind them.
  if (after === undefined || record === undefined || (record.length === undefined) !== (after.count === 4)) return copy
  const times = random.oneIn(32) ? 1 + random.below(2_000) : 1
  const part = from.bytes.subarray(record.start, record.end)
  const room = Math.min(times, Math.floor((LARGEST - copy.length) / part.length))
  if (room < 1) return copy
  addToCount(copy, after.count, room, random)
  return Buffer.concat([copy.subarray(0, after.end), ...Array<Uint8Array>(room).fill(part), copy.subarray(after.end)])
}

/** Makes the RDATA of a record longer or shorter, and mostly says so. */
function withChangedData(copy: Buffer, map: MessageMap, random: FuzzRandom): Buffer {
  const record = recordOf(map, random)
  if (record?.length === undefined) return copy
  const start = record.length + 2
  const data = mutateBytes(copy.subarray(start, record.end), random, LARGEST - copy.length)
  if (!random.oneIn(8)) copy.writeUInt16BE(data.length, record.length)
  return Buffer.concat([copy.subarray(0, start), data, copy.subarray(record.end)])
}

function cutAt(copy: Buffer, map: MessageMap, random: FuzzRandom): number {
  const place = random.oneIn(2) ? recordOf(map, random)?.end : undefined
  return Math.max(0, (place ?? random.below(copy.length)) + random.below(3) - 1)
}

function recordOf({ records }: MessageMap, random: FuzzRandom): RecordPlace | undefined {
  return records[random.below(records.length)]
}

function addToCount(copy: Buffer, at: number, change: number, random: FuzzRandom): void {
  if (random.oneIn(8)) return
  copy.writeUInt16BE((copy.readUInt16BE(at) + change) & 0xffff, at)
}
