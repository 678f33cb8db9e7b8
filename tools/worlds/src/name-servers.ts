import {
  address,
  type ReplyBody,
  type ReplyParts,
  record,
  replyBody,
  soa,
  srv,
  Type,
  txt,
  type WireQuery,
  wireName,
  writeReply,
} from './dns-wire.js'
import type { ServerState, World } from './world.js'

/** The cluster that is asked for. */
export const CLUSTER = 'main'
/** The search domains, in order. */
export const domains = ['a.test', 'b.test'] as const
/** The name servers, in order. */
export const servers = ['192.0.2.1:53', '192.0.2.2:53'] as const
/** The MDS that each search domain has. */
export const dnsEndpoints = ['198.51.100.1:2510', '198.51.100.2:2510'] as const

/** The result of a query. `closed`: nothing listens at that port. */
export type ServerAction =
  | { readonly kind: 'reply'; readonly bytes: Buffer; readonly delay: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'closed' }

/** Milliseconds until a reply comes. */
const LATENCY = 1
const LATE = 600
/** The zone above both search domains. */
const ABOVE = 'test'
/** Extended error 3, Stale Answer (RFC 8914). */
const STALE = Buffer.of(0, 15, 0, 2, 0, 3)
/** Extended error 17, Filtered. */
const FILTERED = Buffer.of(0, 15, 0, 2, 0, 17)

/** Answers a query as a server of this world does. A question outside of the search domains is refused. */
export function serve(
  { dns, isListed, isApex = false }: Pick<World, 'dns' | 'isListed'> & { readonly isApex?: boolean },
  server: number,
  query: WireQuery,
): ServerAction {
  const index = domains.findIndex((domain) => query.name === domain || query.name.endsWith(`.${domain}`))
  const state = dns[index]?.[server as 0 | 1]
  if (state === 'silent' || state === 'closed') return { kind: state }
  const delay = state === 'late' ? LATE : LATENCY
  if (state === 'unreadable') return { kind: 'reply', bytes: writeReply(query, UNREADABLE), delay }
  return { kind: 'reply', bytes: writeReply(query, bodyFor(state, { index, server, isListed, isApex, query })), delay }
}

/** An answer is announced, and its record is cut short. */
const UNREADABLE: ReplyBody = {
  rcode: 0,
  isAuthoritative: true,
  counts: [1, 0, 0],
  records: Buffer.of(0xc0, 12, 0, 33, 0, 1),
  options: Buffer.alloc(0),
}

interface Case {
  readonly index: number
  readonly server: number
  readonly isListed: boolean
  /** True where a search domain is a zone of its own even if it answers NODATA; otherwise it belongs to the zone above. */
  readonly isApex: boolean
  readonly query: WireQuery
}

const bodies = new Map<string, ReplyBody>()

function bodyFor(state: ServerState | undefined, asked: Case): ReplyBody {
  const { index, server, isListed, isApex, query } = asked
  const role = roleOf(query.name, index)
  const key = `${state} ${index} ${server} ${isListed} ${isApex} ${role} ${query.type}`
  const known = bodies.get(key)
  if (known !== undefined) return known
  // The first server has the zones, the second one asks others.
  const body = replyBody(state === undefined ? { rcode: 5 } : partsFor(state, asked, role), server === 0)
  bodies.set(key, body)
  return body
}

type Role = 'apex' | 'service' | 'names' | 'host' | 'other'

function roleOf(name: string, index: number): Role {
  const domain = domains[index]
  if (name === domain) return 'apex'
  if (name === `_pstorage._tcp.${CLUSTER}.${domain}`) return 'service'
  if (name === `pstorage_clusters.${domain}`) return 'names'
  return name === `mds1.${domain}` ? 'host' : 'other'
}

function partsFor(state: ServerState, { index, isListed, isApex, query: { type } }: Case, role: Role): ReplyParts {
  const domain = domains[index] ?? ''
  if (state === 'REFUSED') return { rcode: 5 }
  if (state === 'SERVFAIL') return { rcode: 2 }
  if (state === 'domain missing') return { rcode: 3, authorities: [soa(ABOVE)] }
  const has = state === 'has it' || state === 'late'
  if (state === 'no proof') return { rcode: 3 }
  if (state === 'foreign proof') return { rcode: 3, authorities: [soa('elsewhere.example')] }
  if (state === 'referral') return { authorities: [record(domain, Type.NS, wireName(`ns.${domain}`))] }
  const isPart = state === 'NODATA' && !isApex
  const authorities = [soa(isPart ? ABOVE : domain)]
  const options = state === 'stale no' ? STALE : state === 'filtered' ? FILTERED : undefined
  const answer = (isAsked: boolean, bytes: Buffer, additionals: readonly Buffer[] = []): ReplyParts =>
    isAsked ? { answers: [bytes], additionals, options } : { authorities, options }
  const host = `mds1.${domain}`
  if (role === 'apex') return answer(type === Type.SOA && !isPart, soa(domain))
  if (role === 'names' && (isListed || has)) {
    return answer(type === Type.TXT, txt(null, isListed ? `other, ${CLUSTER}` : 'other'))
  }
  if (role === 'service' && has) {
    return answer(type === Type.SRV, srv(null, host), [address(host, addressOf(index))])
  }
  if (role === 'host' && has) return answer(type === Type.A, address(null, addressOf(index)))
  return { rcode: state === 'NODATA' && role !== 'other' ? 0 : 3, authorities, options }
}

function addressOf(index: number): string {
  return (dnsEndpoints[index] ?? '').replace(/:.*/, '')
}
