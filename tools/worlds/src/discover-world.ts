import { record, replyBody, soa, srv, Type, txt, type WireQuery, wireName, writeReply } from './dns-wire.js'
import { CLUSTER, domains, type ServerAction, serve, servers } from './name-servers.js'
import { digitsOf, type ServerState, serverStates, type WorldSet } from './world.js'

/** The answer of one name server about the names of one search domain. `no names`: the TXT record exists and lists none. */
export type NamesState = ServerState | 'no names'
const namesStates: readonly NamesState[] = [...serverStates, 'no names']

/** The result of a zone transfer. `delegated`, `redirected`: by NS or DNAME; `cut short`: it ends before its last record. */
export const transferStates = [
  'nothing',
  'names',
  'alias',
  'delegated',
  'redirected',
  'refused',
  'cut short',
  'silent',
] as const
export type TransferState = (typeof transferStates)[number]

/** One name server and one search domain. */
export interface NamesSource {
  readonly txt: NamesState
  readonly transfer: TransferState
}

export interface DiscoverWorld {
  readonly axfr: 'auto' | 'always'
  /** By search domain, and then by name server. */
  readonly dns: readonly (readonly NamesSource[])[]
}

const sources = namesStates.length * transferStates.length

/** Two name servers and one search domain. */
export const twoServerDiscoverWorlds: WorldSet<DiscoverWorld> = {
  count: sources ** 2 * 2,
  at(index) {
    const draw = digitsOf(index)
    return { dns: [[drawSource(draw), drawSource(draw)]], axfr: draw(['auto', 'always']) }
  },
}

/** One name server and two search domains. */
export const twoDomainDiscoverWorlds: WorldSet<DiscoverWorld> = {
  count: sources ** 2,
  at(index) {
    const draw = digitsOf(index)
    return { dns: [[drawSource(draw)], [drawSource(draw)]], axfr: 'auto' }
  },
}

function drawSource(draw: ReturnType<typeof digitsOf>): NamesSource {
  return { txt: draw(namesStates), transfer: draw(transferStates) }
}

/** Answers as a server of this world does. Each search domain is a zone. */
export function serveNames({ dns }: DiscoverWorld, server: string, query: WireQuery): ServerAction | readonly Buffer[] {
  const index = domains.findIndex((domain) => query.name === domain || query.name.endsWith(`.${domain}`))
  const number = servers.indexOf(server as (typeof servers)[number])
  const source = dns[index]?.[number]
  if (source === undefined) return { kind: 'reply', bytes: writeReply(query, REFUSED), delay: 1 }
  const { txt: state, transfer } = source
  if (query.type === Type.AXFR && state !== 'silent' && state !== 'closed') return transferOf(transfer, query)
  if (state === 'no names' && query.type === Type.TXT) {
    return { kind: 'reply', bytes: writeReply(query, replyBody({ answers: [txt(null, '')] }, true)), delay: 1 }
  }
  const plain = state === 'no names' ? 'NXDOMAIN' : state
  const isListed = plain === 'has it' || plain === 'late'
  return serve({ dns: domains.map(() => [plain, plain]), isListed, isApex: true }, number, query)
}

const REFUSED = replyBody({ rcode: 5 }, true)

function transferOf(state: TransferState, query: WireQuery): ServerAction | readonly Buffer[] {
  if (state === 'silent') return { kind: 'silent' }
  if (state === 'refused') return { kind: 'reply', bytes: writeReply(query, REFUSED), delay: 1 }
  const zone = query.name
  const apex = record(zone, Type.NS, wireName(`ns.${zone}`))
  const last = state === 'cut short' ? [] : [soa(zone)]
  const answers = [soa(zone), apex, ...contentsOf(state, zone), ...last]
  const bytes = writeReply(query, replyBody({ answers }, true))
  return state === 'cut short' ? [bytes, Buffer.alloc(0)] : [bytes]
}

function contentsOf(state: TransferState, domain: string): readonly Buffer[] {
  const owner = `_pstorage._tcp.${CLUSTER}.${domain}`
  const above = `${CLUSTER}.${domain}`
  if (state === 'names' || state === 'cut short') return [srv(owner, `mds1.${domain}`)]
  if (state === 'alias') return [record(owner, Type.CNAME, wireName('elsewhere.example'))]
  if (state === 'delegated') return [record(above, Type.NS, wireName(`ns.${above}`))]
  return state === 'redirected' ? [record(above, Type.DNAME, wireName('elsewhere.example'))] : []
}
