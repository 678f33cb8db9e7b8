import type { Name } from '../name/name.js'
import { isSubdomainOf } from '../name/name-compare.js'
import { nameToText } from '../name/name-text.js'
import { type Octets, wireName } from '../name/wire-name.js'
import { Opcode, RecordClass, RecordType } from '../registries.js'
import { MessageWriter } from './message-writer.js'
import { field } from './write-query.js'

/** A dynamic update of one zone. @see RFC 2136 section 2 */
export interface Update {
  /** 0 to 65,535. Over UDP it has to be unpredictable (RFC 5452 section 9.2). */
  readonly id: number
  /** The apex of the zone. */
  readonly zone: Name
  /** A value of `RecordClass`. Default: `IN`. */
  readonly class?: number | undefined
  /** Conditions that the zone must meet before the changes, which are made all or not at all. Default: none. */
  readonly prerequisites?: readonly UpdatePrerequisite[] | undefined
  /** The server makes them in this order. */
  readonly changes: readonly UpdateChange[]
}

/**
 * A condition on the zone, in which `owner` has to be in the zone and `type` is a value of `RecordType`.
 *
 * - `rrset-exists`: there is a record of this owner and type; else NXRRSET (RFC 2136 section 2.4.1).
 * - `rrset-equals`: the records of this owner and type have this RDATA, in any order, and there are no others; else NXRRSET
 *   (section 2.4.2). TTLs are not compared.
 * - `rrset-absent`: there is no record of this owner and type; else YXRRSET (section 2.4.3).
 * - `name-in-use`: there is a record of this owner; else NXDOMAIN (section 2.4.4).
 * - `name-not-in-use`: there is no record of this owner; else YXDOMAIN (section 2.4.5).
 */
export type UpdatePrerequisite =
  | { readonly kind: 'rrset-exists' | 'rrset-absent'; readonly owner: Name; readonly type: number }
  | { readonly kind: 'rrset-equals'; readonly owner: Name; readonly type: number; readonly data: readonly Octets[] }
  | { readonly kind: 'name-in-use' | 'name-not-in-use'; readonly owner: Name }

/**
 * A change of the zone, in which `owner` has to be in the zone and `type` is a value of `RecordType`.
 *
 * - `add`: adds records with this RDATA to the RRset, which takes the new TTL in seconds, 0 to 2,147,483,647 (RFC 2136 section
 *   2.5.1).
 * - `delete-rrset`: removes the RRset (section 2.5.2).
 * - `delete-name`: removes all records of the owner (section 2.5.3).
 * - `delete-records`: removes the records with this RDATA (section 2.5.4).
 *
 * What is not there is removed without an error.
 */
export type UpdateChange =
  | {
      readonly kind: 'add'
      readonly owner: Name
      readonly type: number
      readonly ttl: number
      readonly data: readonly Octets[]
    }
  | { readonly kind: 'delete-rrset'; readonly owner: Name; readonly type: number }
  | { readonly kind: 'delete-name'; readonly owner: Name }
  | { readonly kind: 'delete-records'; readonly owner: Name; readonly type: number; readonly data: readonly Octets[] }

/**
 * Writes a dynamic update, of at most 65,000 octets, which leaves room for a signature.
 *
 * RDATA has names in it uncompressed, as `serviceData`, `textData`, `addressData` and `wireName` return them. It is not
 * checked against its type.
 *
 * @throws {NameError} for a name that cannot be written
 * @throws {RangeError} for a number that does not fit its field, a type that is no type of records, an owner outside the zone, a
 *   list of RDATA without an entry, and an update that is too long
 * @see RFC 2136 section 2
 */
export function writeUpdate(update: Update): Uint8Array {
  const { id, zone, class: zoneClass = RecordClass.IN, prerequisites = [], changes } = update
  // RFC 2136 has nothing about names in RDATA of the classes ANY and NONE, so none is compressed.
  const writer = new MessageWriter({ limit: LARGEST_UPDATE, compression: 'none' })
  writer.addQuestion(wireName(zone), RecordType.SOA, field('class', zoneClass))
  for (const prerequisite of prerequisites) {
    add(writer, 'answers', zone, { ttl: 0, ...prerequisite, class: classOf(prerequisite.kind, zoneClass) })
  }
  for (const change of changes) {
    add(writer, 'authorities', zone, { ttl: 0, ...change, class: classOf(change.kind, zoneClass) })
  }
  // A copy, and no Buffer, whose memory is shared and whose `slice` does not copy.
  return new Uint8Array(writer.finish({ id: field('id', id), opcode: Opcode.UPDATE }))
}

const LARGEST_UPDATE = 65_000
const LARGEST_TTL = 0x7fff_ffff
/** The lowest of the types that only questions and messages have (RFC 6895 section 3.1); OPT is the other one. */
const [FIRST_META_TYPE, LAST_META_TYPE] = [128, 255]

function classOf(kind: UpdatePrerequisite['kind'] | UpdateChange['kind'], zoneClass: number): number {
  switch (kind) {
    case 'rrset-equals':
    case 'add':
      return zoneClass
    case 'rrset-absent':
    case 'name-not-in-use':
    case 'delete-records':
      return RecordClass.NONE
    default:
      return RecordClass.ANY
  }
}

interface UpdateRecords {
  readonly kind: string
  readonly owner: Name
  readonly class: number
  readonly ttl: number
  /** Default: any. */
  readonly type?: number
  /** Default: one record without RDATA. */
  readonly data?: readonly Octets[]
}

function add(writer: MessageWriter, section: 'answers' | 'authorities', zone: Name, records: UpdateRecords): void {
  const { kind, owner, class: recordClass, ttl, data = [''] } = records
  const type = records.type === undefined ? RecordType.ANY : recordType(records.type)
  const wire = wireName(owner)
  if (!isSubdomainOf(owner, zone)) {
    throw new RangeError(`the owner ${nameToText(owner)} is not in the zone ${nameToText(zone)}`)
  }
  // Without an entry, a condition would hold always.
  if (data.length === 0) throw new RangeError(`${kind} needs the RDATA of a record`)
  const set = { type, class: recordClass, ttl: field('ttl', ttl, 0, LARGEST_TTL), data }
  if (!writer.addRRset(section, wire, set)) {
    throw new RangeError(`an update has at most ${LARGEST_UPDATE} octets`)
  }
}

/** A server refuses an update of any other type with FORMERR (RFC 2136 sections 3.2.4 and 3.4.1.2). */
function recordType(type: number): number {
  field('type', type, 1)
  if (type === RecordType.OPT || (type >= FIRST_META_TYPE && type <= LAST_META_TYPE)) {
    throw new RangeError(`type must be a type of records, got ${type}`)
  }
  return type
}
