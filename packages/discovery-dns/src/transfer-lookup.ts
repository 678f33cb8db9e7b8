import type { Asking } from '@pstorage/discovery-core'
import { type Name, nameToText } from '@pstorage/dns-message'
import { type DnsContext, dnsSource } from './dns-context.js'
import { findZone } from './find-zone.js'
import { failedLookup } from './lookup.js'
import type { NameServer } from './name-server.js'
import type { ServerFault } from './server-fault.js'
import { transferZone } from './transfer.js'
import { TransferNames } from './transfer-names.js'
import { zoneServers } from './zone-servers.js'

/** Asks for the zone that holds a search domain, and emits the names of the clusters that have SRV records in the domain. */
export async function transferNames(context: DnsContext, domain: Name): Promise<void> {
  const { question, settings } = context
  const asked = question.asking({ method: 'dns-axfr', target: nameToText(domain) })
  const zone = await findZone(context, domain)
  if (zone.kind === 'none') return asked.ended('empty', { server: zone.server, detail: zone.why })
  if (zone.kind === 'failed') return asked.ended(zone.status, { server: zone.server, error: zone.error })

  const faults: ServerFault[] = []
  if (await transferFromAny(context, asked, { domain, apex: zone.apex, servers: settings.servers, faults })) return
  if (!settings.serversGiven && !question.signal.aborted) {
    const others = (await zoneServers(context, zone.apex)).filter(({ text }) => {
      return !settings.servers.some((server) => server.text === text)
    })
    if (await transferFromAny(context, asked, { domain, apex: zone.apex, servers: others, faults })) return
  }
  const { status, server, error } = failedLookup(faults)
  if (error.code === 'ELIMIT') {
    question.emit({ type: 'warning', code: 'axfr-limit', message: `${nameToText(zone.apex)}: ${error.message}` })
  }
  asked.ended(status, { server, error })
}

interface TransferTry {
  readonly domain: Name
  readonly apex: Name
  readonly servers: readonly NameServer[]
  readonly faults: ServerFault[]
}

/** Transfers from the first server that lets us, and says whether one did. */
async function transferFromAny(
  context: DnsContext,
  asked: Asking,
  { domain, apex, servers, faults }: TransferTry,
): Promise<boolean> {
  const { question, limits, service } = context
  for (const server of servers) {
    // A zone that changes during its transfer is tried once more: it cannot be used half old and half new.
    for (const last of [false, true]) {
      if (question.signal.aborted) return false
      const names = new TransferNames(service, domain)
      const record = names.add.bind(names)
      const { clock, signal } = question
      const fault = await transferZone({ zone: apex, server, limits, clock, signal, record })
      if (fault === undefined) {
        emitNames(context, asked, names, { apex, server })
        return true
      }
      if (fault.code === 'EZONECHANGED' && !last) continue
      faults.push(fault)
      break
    }
  }
  return false
}

function emitNames(
  { question }: DnsContext,
  asked: Asking,
  { names, warnings }: TransferNames,
  { apex, server }: { readonly apex: Name; readonly server: NameServer },
): void {
  for (const warning of warnings) question.emit({ type: 'warning', ...warning })
  for (const { name, ttl } of names) {
    const source = dnsSource('dns-axfr', nameToText(apex), { server: server.text, ttl, authenticated: false })
    question.emit({ type: 'cluster', name, source })
  }
  asked.ended(names.length > 0 ? 'found' : 'empty', { server: server.text, count: names.length })
}
