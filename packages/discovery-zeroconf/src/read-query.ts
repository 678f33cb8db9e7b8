import {
  equalNames,
  isSubdomainOf,
  MessageError,
  type Question,
  RecordClass,
  RecordType,
  type ResourceRecord,
  readMessage,
} from '@pstorage/dns-message'
import type { MulticastRecord } from './multicast-record.js'
import { recordOf } from './read-response.js'
import { pointersKey, recordSetKey, recordValueKey, servicesKey, textsKey } from './record-key.js'
import { SERVICE_TYPE, subtypeName } from './service-type.js'

/** What somebody asks everybody, once however often it stands there, as far as it is about metadata servers. */
export interface HeardQuestion {
  /** The key of the records that answer it. */
  readonly setKey: string
  readonly kind: MulticastRecord['kind']
  /** The keys of those that the asker knows already, which nobody tells it. */
  readonly knownKeys: ReadonlySet<string>
}

/**
 * Reads a query for what its asker should now be told, for everybody to hear.
 *
 * Left out are questions whose answers may be for the asker alone (QU), and queries whose known answers go on in the next
 * message (TC). What cannot be read asks nothing.
 *
 * @see RFC 6762 sections 5.4, 7.2 and 10.5
 */
export function readQuery(bytes: Uint8Array): readonly HeardQuestion[] {
  if (!isQueryForAll(bytes) || !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SERVICE_LABEL)) {
    return []
  }
  try {
    const { questions, answers } = readMessage(bytes)
    const known = knownKeysOf(answers)
    // One message may ask the same a thousand times, and know a thousand answers each time.
    const heard = new Map<string, HeardQuestion>()
    for (const question of questions) {
      const about = heardQuestion(question)
      if (about !== undefined)
        heard.set(about.setKey, { ...about, knownKeys: known.get(about.setKey) ?? NOTHING_KNOWN })
    }
    return [...heard.values()]
  } catch (error) {
    if (error instanceof MessageError) return []
    throw error
  }
}

/** QR, the opcode, TC and the response code. */
const NOT_A_QUERY_FOR_ALL = 0xfa0f
const NOTHING_KNOWN: ReadonlySet<string> = new Set()
const SERVICE_LABEL = '\x09_pstorage'

function isQueryForAll(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && ((((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) & NOT_A_QUERY_FOR_ALL) === 0
}

function heardQuestion({ name, type, class: flagged }: Question): Omit<HeardQuestion, 'knownKeys'> | undefined {
  if (flagged !== RecordClass.IN) return undefined
  const [label] = name
  if (type === RecordType.PTR) {
    if (equalNames(name, SERVICE_TYPE)) return { setKey: pointersKey(), kind: 'PTR' }
    if (label === undefined || !equalNames(name, subtypeName(label))) return undefined
    return { setKey: pointersKey(label), kind: 'PTR' }
  }
  const isInstance = name.length === SERVICE_TYPE.length + 1 && isSubdomainOf(name, SERVICE_TYPE)
  if (label === undefined || !isInstance) return undefined
  if (type === RecordType.SRV) return { setKey: servicesKey(label), kind: 'SRV' }
  return type === RecordType.TXT ? { setKey: textsKey(label), kind: 'TXT' } : undefined
}

/** The keys of the records, by the keys of their sets. */
function knownKeysOf(answers: readonly ResourceRecord[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>()
  for (const answer of answers) {
    const record = recordOf(answer)
    if (record === undefined) continue
    const keys = known.get(recordSetKey(record)) ?? new Set()
    known.set(recordSetKey(record), keys.add(recordValueKey(record)))
  }
  return known
}
