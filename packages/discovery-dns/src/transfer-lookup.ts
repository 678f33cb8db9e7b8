import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Asking, ClusterName, Source } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import { type DnsContext, dnsSource } from './dns-context.js'
import { findZone } from './find-zone.js'
import { failedLookup, joinedDetails } from './lookup.js'
import type { NameServer } from './name-server.js'
import { describeFaults, type ServerFault } from './server-fault.js'
import { TransferNames } from './transfer-names.js'
import { signedContext } from './tsig/signed-context.js'
import { signedFirst } from './tsig/signed-first.js'
import { zoneServers } from './zone-servers.js'

/** After so many names whoever takes them gets a turn, or all of a large zone would lie in wait at once. */
const NAMES_A_TURN = 1_024

/** Asks for the zone that holds a search domain, and emits the names of the clusters that have SRV records in the domain. */
export async function transferNames(context: DnsContext, domain: Name): Promise<void> {
  const { question, settings } = context
  const asked = question.asking({ method: 'dns-axfr', target: nameToText(domain) })
  const signing = await signedContext(context)
  if (signing.kind === 'failed') return asked.ended('unavailable', { error: signing.error })
  const signed = signing.context
  const zone = await signedFirst({ plain: context, signed }, (each, ending) => findZone(each, domain, ending))
  if (zone.kind === 'none') {
    return asked.ended('empty', { server: zone.server, detail: zone.why, negativeTtl: zone.negativeTtl })
  }
  if (zone.kind === 'failed') return asked.ended(zone.status, { server: zone.server, error: zone.error })

  const { apex } = zone
  const faults: ServerFault[] = []
  const [servers, further] = [settings.servers, settings.serversGiven ? 0 : 1]
  let transferred = await transferFromAny(signed, { domain, apex, servers, further, faults })
  if (transferred === undefined && further > 0 && !question.signal.aborted) {
    const known = new Set(settings.servers.map(({ text }) => text))
    const others = (await zoneServers(context, { signed, apex })).filter(({ text }) => !known.has(text))
    transferred = await transferFromAny(signed, { domain, apex, servers: others, further: 0, faults })
  }
  for (const { server, code, reason } of faults) {
    if (code !== 'ELIMIT') continue
    const message = `${nameToText(apex)}: name server ${server.text} ${reason}; the limits are transferLimits`
    question.emit({ type: 'warning', code: 'axfr-limit', message })
  }
  if (transferred === undefined) {
    const { status, server, error } = failedLookup(faults)
    asked.ended(status, { server, error })
  } else {
    await emitNames(signed, asked, transferred, { apex, faults })
  }
}

interface TransferTry {
  readonly domain: Name
  readonly apex: Name
  readonly servers: readonly NameServer[]
  /** How many times the share of a server is kept for those that come after these. */
  readonly further: number
  /** Receives what was wrong with each server. */
  readonly faults: ServerFault[]
}

interface Transferred {
  readonly names: TransferNames
  readonly server: NameServer
}

/** Transfers from the first server that lets us. */
async function transferFromAny(
  { question, settings, limits, service, stub }: DnsContext,
  { domain, apex, servers, further, faults }: TransferTry,
): Promise<Transferred | undefined> {
  const { clock, signal } = question
  const { own: converse } = settings.channel
  for (const [index, server] of stub.inOrder(servers).entries()) {
    // A zone that changes during its transfer is tried once more: it cannot be used half old and half new.
    for (const last of [false, true]) {
      if (signal.aborted) return undefined
      const names = new TransferNames({ apex, service, domain })
      const record = names.add.bind(names)
      // A server that says nothing may not use up the time of those after it.
      const patience = question.timeLeft() / (servers.length - index + further)
      const fault = await stub.transfer({ zone: apex, server, converse, limits, patience, clock, signal, record })
      if (fault === undefined) return { names, server }
      if (fault.code === 'EZONECHANGED' && !last) continue
      faults.push(fault)
      break
    }
  }
  return undefined
}

function emitRun(question: DnsContext['question'], names: readonly ClusterName[], source: Source): void {
  for (const name of names) question.emit({ type: 'cluster', name, source })
}

async function emitNames(
  { question, settings }: DnsContext,
  asked: Asking,
  { names: { names, count, warnings, foreign }, server }: Transferred,
  { apex, faults }: { readonly apex: Name; readonly faults: readonly ServerFault[] },
): Promise<void> {
  for (const warning of warnings) question.emit({ type: 'warning', ...warning })
  const { authenticated } = settings.channel
  const sources = new Map<number, Source>()
  let sinceTurn = 0
  for (const { ttl, names: run } of names) {
    const source =
      sources.get(ttl) ?? dnsSource('dns-axfr', nameToText(apex), { server: server.text, ttl, authenticated })
    sources.set(ttl, source)
    emitRun(question, run, source)
    sinceTurn += run.length
    if (sinceTurn >= NAMES_A_TURN) {
      sinceTurn = 0
      await nextTurn()
      if (question.signal.aborted) return
    }
  }
  const detail = joinedDetails([
    foreign > 0 ? `${foreign} SRV records outside of the zone were dropped` : null,
    faults.length > 0 ? `but ${describeFaults(faults)}` : null,
  ])
  asked.ended(count > 0 ? 'found' : 'empty', { server: server.text, count, detail })
}
