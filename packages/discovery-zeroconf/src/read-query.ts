import {
  equalNames,
  isSubdomainOf,
  MessageError,
  type Question,
  RecordClass,
  RecordType,
  readMessage,
} from '@pstorage/dns-message'
import type { MulticastRecord } from './multicast-record.js'
import { recordOf } from './read-response.js'
import { pointersKey, recordSetKey, recordValueKey, servicesKey, textsKey } from './record-key.js'
import { SERVICE_TYPE, subtypeName } from './service-type.js'

/** What somebody asks everybody, as far as it is about metadata servers. */
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
    const known = new Set(answers.flatMap((answer) => recordOf(answer) ?? []).map(fullKey))
    return questions.flatMap((question) => {
      const heard = heardQuestion(question)
      if (heard === undefined) return []
      const prefix = `${heard.setKey}\n`
      const ownKeys = [...known].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
      return [{ ...heard, knownKeys: new Set(ownKeys) }]
    })
  } catch (error) {
    if (error instanceof MessageError) return []
    throw error
  }
}

/** QR, the opcode, TC and the response code. */
const NOT_A_QUERY_FOR_ALL = 0xfa0f
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

function fullKey(record: MulticastRecord): string {
  return `${recordSetKey(record)}\n${recordValueKey(record)}`
}
