import { nameFromText, RecordType, writeQuery } from '@pstorage/dns-message'

/** Parts of a query that most tests leave alone. */
export interface QueryParts {
  readonly id?: number
  readonly class?: number
  /** With this an OPT record is there. */
  readonly payload?: number
  readonly dnssecOk?: boolean
}

/** A query for a name in presentation format. */
export function queryBytes(name: string, type: keyof typeof RecordType, parts: QueryParts = {}): Buffer {
  return Buffer.from(
    writeQuery({
      id: parts.id ?? 4711,
      name: nameFromText(name),
      type: RecordType[type],
      class: parts.class,
      udpPayloadSize: parts.payload,
      dnssecOk: parts.dnssecOk,
    }),
  )
}

/** The same bytes with some of them replaced. */
export function patched(bytes: Buffer, patches: Readonly<Record<number, number>>): Buffer {
  const copy = Buffer.from(bytes)
  for (const [offset, value] of Object.entries(patches)) copy[Number(offset)] = value
  return copy
}
