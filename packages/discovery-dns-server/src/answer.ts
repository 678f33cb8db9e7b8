import { RecordType, ResponseCode } from '@pstorage/dns-message'
import { isWithin, nameKey, nameLength, type WireName } from './wire-name.js'
import { type RecordSet, setOf, type Zone, type ZoneNode } from './zone.js'

/** A record set under the name that it answers to, which a wildcard or the case of the question may make another one. */
export interface OwnedSet {
  readonly owner: WireName
  readonly set: RecordSet
}

/** What a response says, apart from its form. */
export interface Answer {
  /** All bits of it; above 15 only with EDNS. */
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: readonly OwnedSet[]
  readonly authorities: readonly OwnedSet[]
  /** Additional records without which a referral is of no use: the addresses of servers below the delegation itself. */
  readonly glue: readonly OwnedSet[]
  /** Additional records that save the client a question. */
  readonly additionals: readonly OwnedSet[]
}

/** A question of class IN. */
export interface NameQuestion {
  readonly name: WireName
  readonly type: number
}

// Aliases followed for one question; the asker may go on from the last.
const longestAliasChain = 16

/** An answer without records. */
export function bareAnswer(rcode: number, authoritative = false): Answer {
  return { rcode, authoritative, answers: [], authorities: [], glue: [], additionals: [] }
}

/**
 * Answers a question from a zone. A loop of aliases is an error (RFC 1034 section 3.6.2).
 *
 * @see RFC 1034 section 4.3.2, RFC 2308 section 2, RFC 4592 section 3.3
 */
export function answerQuestion(zone: Zone, question: NameQuestion): Answer {
  if (!isWithin(nameKey(question.name), zone.originKey)) return bareAnswer(ResponseCode.REFUSED)
  const answers: OwnedSet[] = []
  const visited = new Set<WireName>()
  for (let owner = question.name; ; ) {
    const key = nameKey(owner)
    if (visited.has(key)) return { ...bareAnswer(ResponseCode.SERVFAIL, true), answers }
    // What is outside is for the asker to follow.
    if (visited.size > longestAliasChain || !isWithin(key, zone.originKey)) return positive(zone, answers)
    visited.add(key)
    const found = zone.find(key)
    if (found.kind === 'absent') return negative(zone, answers, ResponseCode.NXDOMAIN)
    if (found.kind === 'delegated' && !isParentSide(found.cut, key, question.type)) {
      return referral(zone, answers, found.cut)
    }
    const node = found.kind === 'node' ? found.node : found.cut
    const set = selectSet(node, question.type)
    if (set === undefined) return negative(zone, answers, ResponseCode.NOERROR)
    answers.push({ owner, set })
    if (set.type !== RecordType.CNAME || question.type === RecordType.CNAME || question.type === RecordType.ANY) {
      return positive(zone, answers)
    }
    owner = set.data[0] ?? owner
  }
}

// DS records are data of the parent (RFC 4035 section 3.1.4.1): for lack of any, the answer is "none", not a referral.
function isParentSide(cut: ZoneNode, key: WireName, type: number): boolean {
  return type === RecordType.DS && nameKey(cut.owner) === key
}

// ANY is answered with one set of those that are there (RFC 8482 section 4.1).
function selectSet(node: ZoneNode, type: number): RecordSet | undefined {
  if (type === RecordType.ANY) return node.sets[0]
  return setOf(node, type) ?? setOf(node, RecordType.CNAME)
}

function positive(zone: Zone, answers: readonly OwnedSet[]): Answer {
  const last = answers.at(-1)
  const additionals = last === undefined ? [] : addressesOf(zone, last.set)
  return { ...bareAnswer(ResponseCode.NOERROR, true), answers, additionals }
}

function negative(zone: Zone, answers: readonly OwnedSet[], rcode: number): Answer {
  const authority = { owner: zone.origin, set: { ...zone.authority, ttl: zone.negativeTtl } }
  return { ...bareAnswer(rcode, true), answers, authorities: [authority] }
}

function referral(zone: Zone, answers: readonly OwnedSet[], cut: ZoneNode): Answer {
  const servers = setOf(cut, RecordType.NS)
  const authorities = servers === undefined ? [] : [{ owner: cut.owner, set: servers }]
  const addresses = servers === undefined ? [] : addressesOf(zone, servers)
  const cutKey = nameKey(cut.owner)
  const isGlue = ({ owner }: OwnedSet): boolean => isWithin(nameKey(owner), cutKey)
  return {
    rcode: ResponseCode.NOERROR,
    // Behind an alias of this zone, the answer section is still ours (RFC 1035 section 4.1.1, AA).
    authoritative: answers.length > 0,
    answers,
    authorities,
    glue: addresses.filter(isGlue),
    additionals: addresses.filter((address) => !isGlue(address)),
  }
}

/** The addresses that the zone has for the targets of SRV or NS records, glue below a delegation included. */
function addressesOf(zone: Zone, set: RecordSet): OwnedSet[] {
  const found: OwnedSet[] = []
  const seen = new Set<WireName>()
  for (const data of set.data) {
    const target = targetOf(set.type, data)
    const key = target === undefined ? undefined : nameKey(target)
    if (target === undefined || key === undefined || seen.has(key)) continue
    seen.add(key)
    for (const address of zone.node(key)?.sets ?? []) {
      if (address.type === RecordType.A || address.type === RecordType.AAAA) found.push({ owner: target, set: address })
    }
  }
  return found
}

function targetOf(type: number, data: string): WireName | undefined {
  if (type === RecordType.NS) return data
  // Priority, weight and port stand before it.
  return type === RecordType.SRV ? data.slice(6, 6 + nameLength(data, 6)) : undefined
}
