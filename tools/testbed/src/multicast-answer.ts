import type { ResponseOutgoingPacket } from 'multicast-dns'
import { type MulticastRecord, recordSize, serviceType } from './multicast-service.js'

/** A record that is sent: because it was asked for, or because it will be. */
export interface MulticastAnswer {
  readonly record: MulticastRecord
  /** Puts it into the additional section; default false. */
  readonly additional?: boolean
}

/**
 * Returns the records of the services that answer a query, and after a PTR record those that belong to it.
 *
 * @param services the records of each, PTR first
 * @see RFC 6762 section 7.1, RFC 6763 section 12.1
 */
export function multicastAnswers(
  query: { readonly questions: readonly { name: string; type: string }[]; readonly knownInstances: readonly string[] },
  services: readonly (readonly MulticastRecord[])[],
  additionals: boolean,
): MulticastAnswer[] {
  const known = new Set(query.knownInstances.map((name) => name.toLowerCase()))
  const isAsked = (record: MulticastRecord): boolean => {
    if (record.type === 'PTR' && known.has(record.data.toLowerCase())) return false
    return query.questions.some(({ name, type }) => {
      return name.toLowerCase() === record.name.toLowerCase() && (type === record.type || type === 'ANY')
    })
  }
  return services.flatMap((records) => {
    const [pointer] = records
    const isListed = pointer?.name === serviceType && isAsked(pointer)
    return records.flatMap((record): MulticastAnswer[] => {
      if (isAsked(record)) return [{ record }]
      return isListed && additionals && record !== pointer ? [{ record, additional: true }] : []
    })
  })
}

/** Puts records into messages of at most 1,400 octets, in their order. */
export function multicastMessages(answers: readonly MulticastAnswer[]): ResponseOutgoingPacket[] {
  const messages: ResponseOutgoingPacket[] = []
  let message: Record<'answers' | 'additionals', MulticastRecord[]> = { answers: [], additionals: [] }
  let size = messageSize
  for (const { record, additional = false } of answers) {
    const added = recordSize(record)
    if (size + added > messageSize) {
      message = { answers: [], additionals: [] }
      messages.push(message)
      size = headerSize
    }
    size += added
    message[additional ? 'additionals' : 'answers'].push(record)
  }
  return messages
}

const messageSize = 1_400
const headerSize = 12
