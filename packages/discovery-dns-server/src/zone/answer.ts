import { isWithin, lowerCase, RecordType, ResponseCode, type WireName } from '@pstorage/dns-message'
import { type RRset, rrsetOf, type Zone, type ZoneNode } from './zone.js'

/** A record set with the owner to answer with, which differs from the stored one for a wildcard or by letter case. */
export interface OwnedRRset {
  readonly owner: WireName
  readonly set: RRset
}

/** The content of a response, independent of its encoding. */
export interface Answer {
  /** The full response code; above 15 only with EDNS. */
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: readonly OwnedRRset[]
  readonly authorities: readonly OwnedRRset[]
  /** Additional records that a referral needs: the addresses of servers below the delegation (RFC 9499). */
  readonly glue: readonly OwnedRRset[]
  /** Optional additional records, which save the client a query. */
  readonly additionals: readonly OwnedRRset[]
}

/** A question of class IN. */
export interface NameQuestion {
  readonly name: WireName
  readonly type: number
}

// Aliases followed for one question; the client may follow the last.
const maxAliases = 16

/** An answer without records. */
export function emptyAnswer(rcode: number, authoritative = false): Answer {
  return { rcode, authoritative, answers: [], authorities: [], glue: [], additionals: [] }
}

/**
 * Answers a question from a zone. A loop of aliases is an error (RFC 1034 section 3.6.2).
 *
 * @see RFC 1034 section 4.3.2, RFC 2308 section 2, RFC 4592 section 3.3
 */
export function answerQuestion(zone: Zone, question: NameQuestion): Answer {
  if (!isWithin(lowerCase(question.name), zone.originKey)) return emptyAnswer(ResponseCode.REFUSED)
  const answers: OwnedRRset[] = []
  const visited = new Set<WireName>()
  for (let owner = question.name; ; ) {
    const key = lowerCase(owner)
    if (visited.has(key)) return { ...emptyAnswer(ResponseCode.SERVFAIL, true), answers }
    // The client follows aliases that leave the zone.
    if (visited.size > maxAliases || !isWithin(key, zone.originKey)) return positiveAnswer(zone, answers)
    visited.add(key)
    const match = zone.find(key)
    if (match.kind === 'absent') return negativeAnswer(zone, answers, ResponseCode.NXDOMAIN)
    if (match.kind === 'delegated' && !isParentSide(match.cut, key, question.type)) {
      return referral(zone, answers, match.cut)
    }
    const node = match.kind === 'node' ? match.node : match.cut
    const set = selectSet(node, question.type)
    if (set === undefined) return negativeAnswer(zone, answers, ResponseCode.NOERROR)
    answers.push({ owner, set })
    if (set.type !== RecordType.CNAME || question.type === RecordType.CNAME || question.type === RecordType.ANY) {
      return positiveAnswer(zone, answers)
    }
    owner = set.data[0] ?? owner
  }
}

// DS records are data of the parent (RFC 4035 section 3.1.4.1): a zone without any answers NODATA, not with a referral.
function isParentSide(cut: ZoneNode, key: WireName, type: number): boolean {
  return type === RecordType.DS && lowerCase(cut.owner) === key
}

// ANY is answered with one of the sets of the name (RFC 8482 section 4.1).
function selectSet(node: ZoneNode, type: number): RRset | undefined {
  if (type === RecordType.ANY) return node.sets[0]
  return rrsetOf(node, type) ?? rrsetOf(node, RecordType.CNAME)
}

function positiveAnswer(zone: Zone, answers: readonly OwnedRRset[]): Answer {
  const last = answers.at(-1)
  const additionals = last === undefined ? [] : addressesOf(zone, last.set)
  return { ...emptyAnswer(ResponseCode.NOERROR, true), answers, additionals }
}

function negativeAnswer(zone: Zone, answers: readonly OwnedRRset[], rcode: number): Answer {
  const authority = { owner: zone.origin, set: { ...zone.authority, ttl: zone.negativeTtl } }
  return { ...emptyAnswer(rcode, true), answers, authorities: [authority] }
}

function referral(zone: Zone, answers: readonly OwnedRRset[], cut: ZoneNode): Answer {
  const servers = rrsetOf(cut, RecordType.NS)
  const authorities = servers === undefined ? [] : [{ owner: cut.owner, set: servers }]
  const addresses = servers === undefined ? [] : addressesOf(zone, servers)
  const cutKey = lowerCase(cut.owner)
  const isGlue = ({ owner }: OwnedRRset): boolean => isWithin(lowerCase(owner), cutKey)
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

/** Returns the addresses in the zone of the targets of SRV or NS records, glue below a delegation included. */
function addressesOf(zone: Zone, set: RRset): OwnedRRset[] {
  const addresses: OwnedRRset[] = []
  const seen = new Set<WireName>()
  for (const data of set.data) {
    const target = targetOf(set.type, data)
    const key = target === undefined ? undefined : lowerCase(target)
    if (target === undefined || key === undefined || seen.has(key)) continue
    seen.add(key)
    for (const address of zone.node(key)?.sets ?? []) {
      if (address.type === RecordType.A || address.type === RecordType.AAAA)
        addresses.push({ owner: target, set: address })
    }
  }
  return addresses
}

function targetOf(type: number, data: string): WireName | undefined {
  if (type === RecordType.NS) return data
  // After priority, weight and port.
  return type === RecordType.SRV ? data.slice(6) : undefined
}
