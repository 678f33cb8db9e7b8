import {
  equalNames,
  type Message,
  type Name,
  nameKey,
  RecordClass,
  type RecordData,
  RecordType,
  type ResourceRecord,
} from '@pstorage/dns-message'
import { negativeTtlOf } from './negative-ttl.js'
import { secondsOf } from './time-to-live.js'

/** How many aliases (CNAME) are followed for one question. */
export const MAX_ALIASES = 8
/** Why aliases lead nowhere. */
export const ALIAS_OF_ITSELF = 'it is an alias of itself'
/** Why aliases are followed no further. */
export const TOO_MANY_ALIASES: string = `there are more than ${MAX_ALIASES} aliases`

/** What an answer says about one name and type. */
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

/** There are none, says somebody who can say so. */
export interface RrsetNone {
  readonly kind: 'none'
  /** `NXDOMAIN`: no such name. `NODATA`: the name exists, and has no such records (RFC 2308 section 2). */
  readonly why: 'NXDOMAIN' | 'NODATA'
  /** Seconds for which that may be kept, the aliases that led there included; `undefined` when nobody says how long. */
  readonly negativeTtl: number | undefined
}

/** The aliases lead nowhere. */
export interface RrsetBroken {
  readonly kind: 'broken'
  readonly reason: string
}

/** Finds the records of a name and type in an answer, through the aliases that it has. Other records are left alone. */
export function rrsetOf(message: Message, name: Name, type: number): RrsetAnswer {
  const records = message.answers.filter((record) => record.class === RecordClass.IN)
  const visited = new Set<string>()
  let owner = name
  let ttl = Number.POSITIVE_INFINITY
  for (;;) {
    const own = records.filter((record) => equalNames(record.name, owner))
    const found = own.filter((record) => record.type === type && record.data.kind !== 'opaque')
    const aliases = visited.size
    if (found.length > 0) {
      return { kind: 'found', owner, data: found.map(({ data }) => data), ttl: leastTtl(found, ttl), aliases }
    }
    const alias = own.find((record) => record.type === RecordType.CNAME)
    if (alias?.data.kind !== 'CNAME') break
    visited.add(nameKey(owner))
    owner = alias.data.target
    ttl = leastTtl([alias], ttl)
    if (visited.has(nameKey(owner))) return { kind: 'broken', reason: ALIAS_OF_ITSELF }
    if (visited.size > MAX_ALIASES) return { kind: 'broken', reason: TOO_MANY_ALIASES }
  }
  if (visited.size > 0 && !saysThereIsNone(message)) {
    return { kind: 'alias', target: owner, ttl, aliases: visited.size }
  }
  const negativeTtl = negativeTtlOf(message, owner)
  return {
    kind: 'none',
    why: message.header.rcode === 0 ? 'NODATA' : 'NXDOMAIN',
    negativeTtl: negativeTtl === undefined ? undefined : Math.min(negativeTtl, ttl),
  }
}

/** Behind an alias only a SOA record or NXDOMAIN is a "no" (RFC 2308 section 2); without one the target was not looked up. */
function saysThereIsNone({ header, authorities }: Message): boolean {
  return header.rcode !== 0 || authorities.some(({ type }) => type === RecordType.SOA)
}

/** The least TTL in seconds. */
export function leastTtl(records: readonly ResourceRecord[], atMost: number): number {
  return records.reduce((least, { ttl }) => Math.min(least, secondsOf(ttl)), atMost)
}
