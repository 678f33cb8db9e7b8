import type { CancellationToken } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import type { QueriedServer } from '../client/exchange.js'
import { closestDomain } from '../config/intended-domains.js'
import type { NameServer } from '../config/name-server.js'
import type { DnsQuestion } from '../reply/query.js'
import type { ServerFault } from '../reply/server-fault.js'
import type { DnsContext } from './dns-context.js'
import { failedLookup, type Lookup, type LookupEmpty, lookUp } from './lookup.js'

/** A question below a search domain. */
export interface DomainQuestion extends DnsQuestion {
  readonly domain: Name
}

/**
 * Confirms a denial whose proof is the SOA record of a zone above the search domain: it counts only if the same server knows
 * the search domain itself, since a misspelled domain holds no cluster either (rule D3 of {@link judgeReply}). Where the
 * server does not, the servers after it are asked, and may find the cluster but not deny it.
 */
export async function confirmDenial(
  context: DnsContext,
  question: DomainQuestion,
  denied: LookupEmpty,
  ending: CancellationToken,
): Promise<Lookup> {
  if (!denied.needsDomain) return denied
  const { stub, settings } = context
  const { server } = denied
  const fault = await askForDomain(context, server, question.domain)
  if (fault === undefined) return { ...denied, needsDomain: false }

  const others = settings.servers.filter((other) => other !== server)
  const passedOver: QueriedServer = { server, status: fault.status, fault, denial: undefined }
  const found =
    others.length === 0
      ? undefined
      : await lookUp(stub, { ...settings, servers: others, mayDeny: false }, question, ending)
  const servers = [passedOver, ...(found?.servers ?? [])]
  if (found?.kind === 'found' || found?.alias !== undefined) return { ...found, servers }
  return failedLookup(servers, [server])
}

/** Asks one server for a search domain, once for all lookups of a query. Gives why its denials below it do not count. */
function askForDomain(context: DnsContext, server: NameServer, domain: Name): Promise<ServerFault | undefined> {
  const key = `${server.text} ${nameToText(domain)}`
  const known = context.domainFaults.get(key)
  if (known !== undefined) return known
  const fault = domainFault(context, server, domain)
  context.domainFaults.set(key, fault)
  return fault
}

async function domainFault(
  { query, stub, settings }: DnsContext,
  server: NameServer,
  domain: Name,
): Promise<ServerFault | undefined> {
  const text = nameToText(domain)
  const reply = await stub.ask(
    { name: domain, type: RecordType.SOA },
    { ...settings, servers: [server] },
    query.cancellation,
  )
  if (reply.kind === 'answer') {
    if (reply.denial?.why !== 'NXDOMAIN') return undefined
    const meant = closestDomain(domain, settings.domains)
    const hint = meant === undefined ? '' : `; did you mean ${nameToText(meant)}?`
    const message = `the search domain ${text} does not exist, says ${server.text}${hint}`
    query.emit({ type: 'warning', code: 'search-domain-missing', message })
    return {
      server,
      status: 'unavailable',
      code: 'ENOSUCHDOMAIN',
      reason: `said that the search domain ${text} does not exist`,
    }
  }
  const fault = reply.servers[0]?.fault
  if (fault !== undefined) return { ...fault, reason: `${fault.reason}, asked for the search domain ${text}` }
  const reason = `was not asked in time for the search domain ${text}`
  return { server, status: 'timeout', code: 'ETIMEDOUT', reason }
}
