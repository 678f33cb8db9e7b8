import type { Ending } from '@pstorage/discovery-core'
import { isSubdomainOf, type Name, nameToText, RecordType, ResponseCode } from '@pstorage/dns-message'
import type { DnsContext } from './dns-context.js'
import { failedLookup, type LookupFailed } from './lookup.js'
import { negativeTtlOf } from './negative-ttl.js'

/** Which zone holds a domain. */
export type ZoneLookup =
  | { readonly kind: 'zone'; readonly apex: Name }
  | {
      readonly kind: 'none'
      readonly server: string
      readonly why: string
      /** Seconds for which that may be kept, if anybody says how long. */
      readonly negativeTtl: number | undefined
    }
  | LookupFailed

/** Finds the zone that holds a domain: the owner of the SOA record in the answer, or in the "there is none". */
export async function findZone({ stub, settings }: DnsContext, domain: Name, ending: Ending): Promise<ZoneLookup> {
  const reply = await stub.ask({ name: domain, type: RecordType.SOA }, settings, ending)
  if (reply.kind === 'no-answer') return failedLookup(reply.faults)
  const { message, server } = reply
  if (message.header.rcode === ResponseCode.NXDOMAIN) {
    return { kind: 'none', server: server.text, why: 'NXDOMAIN', negativeTtl: negativeTtlOf(message, domain) }
  }
  const soa = [...message.answers, ...message.authorities].find(({ type, name }) => {
    return type === RecordType.SOA && isSubdomainOf(domain, name)
  })
  if (soa !== undefined && soa.name.length > 0) return { kind: 'zone', apex: soa.name }
  const reason = `no zone of its own holds ${nameToText(domain)}`
  return { kind: 'failed', status: 'failed', server: server.text, error: { code: 'ENOZONE', message: reason } }
}
