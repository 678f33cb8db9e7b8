import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClusterEvent, Source } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import { type DnsContext, dnsSource } from '../lookup/dns-context.js'
import { findZone, type ZoneFound } from '../lookup/find-zone.js'
import { joinedDetails } from '../lookup/lookup.js'
import { describeFaults, type ServerFault } from '../reply/server-fault.js'
import type { NameRun } from './names/name-table.js'
import { TransferNames } from './names/transfer-names.js'
import { signedContext, signedFirst } from './signing.js'
import { transferZone } from './transfer.js'
import {
  faultAttempt,
  faultsOf,
  isDenial,
  isRefusal,
  type ServerTransfer,
  serverAttempts,
  type TransferEvidence,
  transferVerdict,
  type WholeTransfer,
  wholeOf,
} from './transfer-verdict.js'
import { zoneServers } from './zone-servers.js'
import { exceeded, type TakeRecord } from './zone-transfer.js'

/** Asks for the zone that holds a search domain, and emits the names of the clusters that have SRV records in the domain. */
export async function transferNames(context: DnsContext, domain: Name): Promise<void> {
  const { query } = context
  const attempt = query.startAttempt({ method: 'dns-axfr', target: nameToText(domain) })
  const signing = await signedContext(context)
  if (signing.kind === 'failed') {
    // Where TXT has names, that would go unnoticed.
    query.emit({ type: 'warning', code: 'tsig-key-unusable', message: signing.error.message })
    return attempt.finish('unavailable', { error: signing.error })
  }
  const signed = signing.context
  const zone = await signedFirst({ plain: context, signed }, (each, ending) => findZone(each, domain, ending))
  if (zone.kind !== 'zone') {
    const status = zone.kind === 'missing' ? 'unavailable' : zone.status
    const { server, error, faults } = zone
    return attempt.finish(status, { server, error, servers: faults.map(faultAttempt) })
  }

  const evidence = await transferZoneFromAny(context, { signed, domain, zone })
  const faults = faultsOf([...evidence.configured, ...evidence.authoritative])
  for (const { server, code, reason } of faults) {
    if (code !== 'ELIMIT') continue
    const message = `${nameToText(zone.apex)}: name server ${server.text} ${reason}; the limits are transferLimits`
    query.emit({ type: 'warning', code: 'axfr-limit', message })
  }
  const verdict = transferVerdict(evidence)
  const servers = serverAttempts(evidence)
  const shown = verdict.kind === 'failed' ? wholeOf(evidence)[0] : verdict
  for (const warning of shown?.names.warnings ?? []) query.emit({ type: 'warning', ...warning })
  if (verdict.kind === 'failed') {
    const { status, server, error } = verdict
    return attempt.finish(status, { server, error, servers })
  }
  emitNames(signed, verdict, zone.apex)
  const { names, server } = verdict
  const detail = joinedDetails([
    names.foreign > 0 ? `${names.foreign} SRV records outside of the zone were dropped` : null,
    faults.length > 0 ? `but ${describeFaults(faults)}` : null,
  ])
  attempt.finish(verdict.kind, { server: server.text, count: names.count, detail, servers })
}

/** Transfers from the configured servers, and where those do not settle it from the ones that the zone itself names. */
async function transferZoneFromAny(
  context: DnsContext,
  { signed, domain, zone }: { readonly signed: DnsContext; readonly domain: Name; readonly zone: ZoneFound },
): Promise<TransferEvidence> {
  const { query, settings } = context
  const { servers: listed, serversGiven } = settings
  const { apex, unheard } = zone
  const further = serversGiven ? 0 : 1
  const configured = await transferFrom(signed, { domain, apex, servers: listed, preferred: listed, further })
  const evidence = { domain, apex, listed, configured, authoritative: [], unheard }
  const verdict = transferVerdict(evidence)
  const isOpen = verdict.kind === 'failed' && (wholeOf(evidence).length === 0 || areRefusals(verdict.against))
  if (!isOpen || serversGiven || query.signal.aborted) return evidence
  const own = await zoneServers(context, { signed, apex })
  const denied = configured.filter(({ server: { text }, ...transfer }) => {
    return 'names' in transfer && own.some((each) => each.text === text)
  })
  if (denied.length > 0) return { ...evidence, authoritative: denied }
  const others = own.filter(({ text }) => !listed.some((each) => each.text === text))
  const place = { domain, apex, servers: others, preferred: [], further: 0 }
  return { ...evidence, authoritative: await transferFrom(signed, place) }
}

function areRefusals(against: readonly ServerFault[]): boolean {
  return against.length > 0 && against.every(isRefusal)
}

interface TransferTry {
  readonly domain: Name
  readonly apex: Name
  readonly servers: readonly NameServer[]
  /** Those of them that a denial by a later one of them waits for. */
  readonly preferred: readonly NameServer[]
  /** Number of shares of the time that are kept for servers that come after these. */
  readonly further: number
}

/** Transfers from each server until one has names, or those before it have denied as well. Ends early with the query. */
async function transferFrom(
  context: DnsContext,
  { domain, apex, servers, preferred, further }: TransferTry,
): Promise<readonly ServerTransfer[]> {
  const transfers: ServerTransfer[] = []
  let wanted = servers
  for (const [index, server] of context.stub.inOrder(servers).entries()) {
    if (!wanted.includes(server)) continue
    // A server that says nothing may not use up the time of those after it.
    const patience = context.query.timeLeft() / (servers.length - index + further)
    const transfer = await transferOne(context, { domain, apex, server, patience })
    if (transfer === undefined) break
    transfers.push(transfer)
    if ('fault' in transfer) continue
    if (!isDenial(transfer.names)) break
    wanted = preferred.slice(0, Math.max(preferred.indexOf(server), 0)).filter((each) => wanted.includes(each))
  }
  return transfers
}

interface OneTransfer {
  readonly domain: Name
  readonly apex: Name
  readonly server: NameServer
  readonly patience: number
}

/** Transfers from one server; `undefined` when the query is over. */
async function transferOne(
  { query, settings, limits, service, stub, keptNames }: DnsContext,
  { domain, apex, server, patience }: OneTransfer,
): Promise<ServerTransfer | undefined> {
  const { clock, signal } = query
  const { own: converse } = settings.channel
  // A zone that changes during its transfer is tried once more: it cannot be used half old and half new.
  for (const last of [false, true]) {
    if (signal.aborted) return undefined
    const names = new TransferNames({ apex, service, domain })
    const record: TakeRecord = (message, index) => {
      // Once a message is enough: what one can add is little.
      if (index === 0 && memoryOf(keptNames) > limits.memory) {
        throw exceeded(`sent names for more than ${limits.memory} octets of memory`)
      }
      names.add(message, index)
    }
    keptNames.add(names)
    const plan = { zone: apex, server, converse, limits, patience, clock, signal, record }
    const fault = await stub.withSocket(signal, () => transferZone(plan))
    if (fault === undefined) {
      while (names.finishSome()) await nextTurn()
      return { server, names }
    }
    keptNames.delete(names)
    if (fault.code !== 'EZONECHANGED' || last) return { server, fault }
  }
  return undefined
}

function memoryOf(kept: DnsContext['keptNames']): number {
  let memory = 0
  for (const names of kept) memory += names.memory
  return memory
}

/** Emits the names. The transfer is over, and with it the time that it has: how long they are read is another matter. */
function emitNames({ query, settings }: DnsContext, { names: { names }, server }: WholeTransfer, apex: Name): void {
  const origin = nameToText(apex)
  const { authenticated } = settings.channel
  query.emitAll(clustersOf(names, (ttl) => dnsSource('dns-axfr', origin, { server: server.text, ttl, authenticated })))
}

/** Makes each event when it is its turn, with one source for each TTL. */
function* clustersOf(runs: Iterable<NameRun>, sourceOf: (ttl: number) => Source): Generator<ClusterEvent> {
  const sources = new Map<number, Source>()
  for (const { ttl, names } of runs) {
    const source = sources.get(ttl) ?? sourceOf(ttl)
    sources.set(ttl, source)
    for (const name of names) yield { type: 'cluster', name, source }
  }
}
