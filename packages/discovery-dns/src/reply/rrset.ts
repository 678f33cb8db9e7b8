import {
  equalNames,
  isSubdomainOf,
  type Message,
  type Name,
  RecordClass,
  type RecordData,
  RecordType,
  type ResourceRecord,
} from '@pstorage/dns-message'

/** Number of aliases (CNAME) that are followed for one query. */
export const MAX_ALIASES = 8
/** Reason for a chain of aliases without an end. */
export const ALIAS_OF_ITSELF = 'it is an alias of itself'
/** Reason for the end of a chain of aliases that is too long. */
export const TOO_MANY_ALIASES: string = `there are more than ${MAX_ALIASES} aliases`

/** Contents of an answer about one name and type. */
export type RrsetAnswer = RrsetFound | RrsetAlias | RrsetNone | RrsetBroken

/** Records of that type. */
export interface RrsetFound {
  readonly kind: 'found'
  /** The owner, which is another than the name asked for when there were aliases. */
  readonly owner: Name
  readonly data: readonly RecordData[]
  /** Seconds: the least of the records and of the aliases that led to them. */
  readonly ttl: number
  readonly aliases: number
}

/** The name is an alias of one that this answer says nothing about. */
export interface RrsetAlias {
  readonly kind: 'alias'
  readonly target: Name
  readonly ttl: number
  readonly aliases: number
}

/** There are none, says a source that can say so. */
export interface RrsetNone {
  readonly kind: 'none'
  /** `NXDOMAIN`: no such name. `NODATA`: the name exists, and has no such records (RFC 2308 section 2). */
  readonly why: 'NXDOMAIN' | 'NODATA'
  /** Seconds for which that may be kept, the aliases that led there included; `undefined` when no record says how long. */
  readonly negativeTtl: number | undefined
}

/** The aliases lead nowhere. */
export interface RrsetBroken {
  readonly kind: 'broken'
  readonly reason: string
}

/** Finds the records of a name and type in an answer, through the aliases that it has. Other records are left alone. */
export function rrsetOf(message: Message, name: Name, type: number): RrsetAnswer {
  const visited: Name[] = []
  let owner = name
  let ttl = Number.POSITIVE_INFINITY
  for (;;) {
    const { data, ttl: ownTtl, alias } = ownRecords(message, owner, type)
    if (data.length > 0) {
      return { kind: 'found', owner, data, ttl: Math.min(ttl, ownTtl), aliases: visited.length }
    }
    if (alias?.data.kind !== 'CNAME') break
    visited.push(owner)
    const { target } = alias.data
    owner = target
    ttl = Math.min(ttl, secondsOf(alias.ttl))
    if (visited.some((known) => equalNames(known, target))) return { kind: 'broken', reason: ALIAS_OF_ITSELF }
    if (visited.length > MAX_ALIASES) return { kind: 'broken', reason: TOO_MANY_ALIASES }
  }
  if (visited.length > 0 && !saysThereIsNone(message)) {
    return { kind: 'alias', target: owner, ttl, aliases: visited.length }
  }
  const negativeTtl = negativeTtlOf(message, owner)
  return {
    kind: 'none',
    why: message.header.rcode === 0 ? 'NODATA' : 'NXDOMAIN',
    negativeTtl: negativeTtl === undefined ? undefined : Math.min(negativeTtl, ttl),
  }
}

/** Returns what an answer has for one owner: data of that type with their least TTL, and the first alias. */
function ownRecords({ answers }: Message, owner: Name, type: number) {
  const data: RecordData[] = []
  let ttl = Number.POSITIVE_INFINITY
  let alias: ResourceRecord | undefined
  for (const record of answers) {
    if (record.class !== RecordClass.IN || !equalNames(record.name, owner)) continue
    if (record.type === type && record.data.kind !== 'opaque') {
      data.push(record.data)
      ttl = Math.min(ttl, secondsOf(record.ttl))
    } else if (record.type === RecordType.CNAME) alias ??= record
  }
  return { data, ttl, alias }
}

/** Behind an alias only a SOA record or NXDOMAIN is a "no" (RFC 2308 section 2); without one the target was not looked up. */
function saysThereIsNone({ header, authorities }: Message): boolean {
  return header.rcode !== 0 || authorities.some(({ type }) => type === RecordType.SOA)
}

/** Seconds for which a "no" is kept at most: what RFC 2308 section 5 found to work well. */
const MAX_NEGATIVE_TTL = 10_800

/**
 * Seconds for which a "no" may be kept: the less of the TTL and the MINIMUM of the SOA record that came with it, at most
 * three hours; `undefined` without one, as then no record says how long (RFC 2308 section 5).
 *
 * @param name the one that does not exist: behind aliases their last target
 */
export function negativeTtlOf({ authorities }: Message, name: Name): number | undefined {
  for (const { name: owner, class: recordClass, ttl, data } of authorities) {
    if (data.kind !== 'SOA' || recordClass !== RecordClass.IN || !isSubdomainOf(name, owner)) continue
    return Math.min(secondsOf(ttl), secondsOf(data.minimum), MAX_NEGATIVE_TTL)
  }
  return undefined
}

/** A TTL in seconds as it counts: values above 2^31 - 1 mean 0 (RFC 2181 section 8). */
export function secondsOf(ttl: number): number {
  return ttl > 0x7fff_ffff ? 0 : ttl
}
