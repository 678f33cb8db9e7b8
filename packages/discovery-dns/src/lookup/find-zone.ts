import type { AttemptError, CancellationToken } from '@pstorage/discovery-core'
import {
  equalNames,
  isSubdomainOf,
  type Name,
  nameToText,
  RecordClass,
  RecordType,
  ResponseCode,
} from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import type { ServerFault } from '../reply/server-fault.js'
import type { DnsContext } from './dns-context.js'
import { failedLookup, faultsOf, type LookupFailed } from './lookup.js'

/** Result of the search for the zone of a domain. */
export type ZoneLookup = ZoneFound | ZoneMissing | ZoneUnknown

/** The zone, and the servers that were not heard about it. */
export interface ZoneFound {
  readonly kind: 'zone'
  readonly apex: Name
  /** Servers that are listed before the one that has answered, where another zone below may hold the domain, as they may know. */
  readonly unheard: readonly ServerFault[]
}

/** The domain does not exist. */
export interface ZoneMissing {
  readonly kind: 'missing'
  readonly server: string
  readonly error: AttemptError
  /** Faults of other servers. */
  readonly faults: readonly ServerFault[]
}

/** It is not known which zone it is. */
export interface ZoneUnknown extends LookupFailed {
  readonly faults: readonly ServerFault[]
}

/** Finds the zone that holds a domain: the owner of the SOA record in the answer, or in the denial. */
export async function findZone(
  { stub, settings }: DnsContext,
  domain: Name,
  ending: CancellationToken,
): Promise<ZoneLookup> {
  const reply = await stub.ask({ name: domain, type: RecordType.SOA, anyDenial: true }, settings, ending)
  const { servers } = reply
  const faults = faultsOf(servers)
  if (reply.kind === 'no-answer') return { ...failedLookup(servers, settings.servers), faults }
  const { message, server } = reply
  if (message.header.rcode === ResponseCode.NXDOMAIN) {
    return { kind: 'missing', server: server.text, error: missingDomain(domain), faults }
  }
  const apex = [...message.answers, ...message.authorities].find(({ type, class: recordClass, name }) => {
    return type === RecordType.SOA && recordClass === RecordClass.IN && isSubdomainOf(domain, name)
  })?.name
  if (apex !== undefined && apex.length > 0) {
    const before = equalNames(apex, domain) ? [] : settings.servers.slice(0, settings.servers.indexOf(server))
    return { kind: 'zone', apex, unheard: before.map((silent) => faultOf(silent, faults)) }
  }
  const reason = `no zone of its own holds ${nameToText(domain)}`
  const error = { code: 'ENOZONE', message: reason }
  return { kind: 'failed', status: 'failed', server: server.text, error, servers, alias: undefined, faults }
}

/** The error of a search domain that does not exist: a server that says so denies nothing that is below it. */
export function missingDomain(domain: Name): AttemptError {
  return { code: 'ENOSUCHDOMAIN', message: `the search domain ${nameToText(domain)} does not exist` }
}

function faultOf(server: NameServer, faults: readonly ServerFault[]): ServerFault {
  const reason = 'did not say which zone it is'
  return faults.find((fault) => fault.server === server) ?? { server, status: 'timeout', code: 'ETIMEDOUT', reason }
}
