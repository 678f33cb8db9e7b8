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
import { sameContent } from './fuzz/same-content.js'
import { isPlainMessage } from './plain-checker.js'
import { namesOf, plainNames } from './plain-reader.js'

/**
 * Says whether bytes are a message, after seeing that a plain checker says the same, that reader and scanner refuse them in the
 * same words, and that the records of the scan, read from their places, are those that the reader builds. The scanner alone
 * accepts what the reader refuses for the labels that it would have to copy; the checker counts no labels.
 */
export function scannedAsRead(bytes: Uint8Array): boolean {
  const [read, scan] = [attempt(readMessage, bytes), attempt(scanMessage, bytes)]
  if (read instanceof MessageError && read.limit === 'copiedLabels') return false
  if (read instanceof MessageError || scan instanceof MessageError) {
    const [reader, scanner] = [read, scan].map((each) => (each instanceof MessageError ? each.message : 'accepted'))
    if (reader !== scanner) throw new Error(`the reader says: ${reader}; the scanner says: ${scanner}`)
    const isCounted = read instanceof MessageError && read.limit === 'labels'
    if (!isCounted && isPlainMessage(bytes)) throw new Error(`a plain checker accepts it; the reader says: ${reader}`)
    return false
  }
  if (!isPlainMessage(bytes)) throw new Error('a plain checker refuses what the reader accepts')
  if (!sameContent(namesOf(read), plainNames(bytes))) throw new Error('a plain reader finds other names')
  expectSameRecords(read, scan)
  return true
}

function attempt<T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | MessageError {
  try {
    return read(bytes)
  } catch (error) {
    if (error instanceof MessageError) return error
    throw error
  }
}

function expectSameRecords(read: Message, scan: MessageScan): void {
  const records = [...read.answers, ...read.authorities, ...read.additionals]
  expectSame(
    [scan.header, scan.questions, scan.answers, scan.records, scan.responseCode],
    [read.header, read.questions.length, read.answers.length, records.length, responseCode(read)],
  )
  for (const [index, { data, ...record }] of records.entries()) {
    const [type, ttl] = [scan.type(index), scan.ttl(index)]
    expectSame({ name: scan.owner(index), type, class: scan.class(index), ttl }, record)
    if (data.kind === 'SOA') expectSame(scan.authority(index), data)
    const owner = record.name
    const other = records[(index + 1) % records.length]?.name ?? []
    for (const each of [owner, other, owner.slice(0, 1)]) expectSameLabels(scan, scan.ownerOffset(index), owner, each)
  }
}

/** Labels passed on the wire are those of names. */
function expectSameLabels(scan: MessageScan, at: number, owner: Name, other: Name): void {
  const lower = other.map((label) => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  const wire = nameToWire(lower)
  const front = scan.passLabels(at, wire.subarray(0, -1))
  const isFront = equalNames(owner.slice(0, other.length), other)
  const next = isFront ? (owner[other.length]?.length ?? 0) : -1
  expectSame(
    {
      isEqual: scan.passLabels(at, wire) >= 0,
      isFront: front >= 0,
      next: front < 0 ? -1 : scan.bytes[scan.labelAt(front)],
    },
    { isEqual: equalNames(owner, other), isFront, next },
  )
}

function expectSame(scanned: unknown, read: unknown): void {
  if (sameContent(scanned, read)) return
  throw new Error(`the reader finds ${JSON.stringify(read)}; the scanner finds ${JSON.stringify(scanned)}`)
}
