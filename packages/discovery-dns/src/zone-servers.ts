import { canonicalAddress } from '@pstorage/discovery-core'
import { type Name, RecordType } from '@pstorage/dns-message'
import { type DnsContext, lookUpIn } from './dns-context.js'
import { type NameServer, parseNameServer } from './name-server.js'
import { signedFirst } from './tsig/signed-first.js'

/** How many name servers of a zone are worth a try. */
const MAX_ZONE_SERVERS = 8

/**
 * The servers that the zone itself names (NS), for when the configured ones may not transfer it. Only asked for where
 * those came from resolv.conf: servers given by option are the whole list.
 *
 * @param signed for the question for NS; those for addresses need no signature, as a wrong address has not the key
 */
export async function zoneServers(
  context: DnsContext,
  { signed, apex }: { readonly signed: DnsContext; readonly apex: Name },
): Promise<readonly NameServer[]> {
  const { ending } = context.question
  const lookup = await signedFirst({ plain: context, signed }, (each, over) => {
    return lookUpIn(each, apex, RecordType.NS, over)
  })
  if (lookup.kind !== 'found') return []
  const hosts = lookup.rrset.data
    .flatMap((data) => (data.kind === 'NS' ? [data.target] : []))
    .slice(0, MAX_ZONE_SERVERS)
  const lookups = await Promise.all(
    hosts.flatMap((host) => [RecordType.A, RecordType.AAAA].map((type) => lookUpIn(context, host, type, ending))),
  )
  const addresses = lookups.flatMap((found) => (found.kind === 'found' ? found.rrset.data : []))
  const servers = addresses.flatMap((data) => (data.kind === 'A' || data.kind === 'AAAA' ? [data.address] : []))
  return servers
    .filter((address) => canonicalAddress(address) !== undefined)
    .map((address) => {
      return parseNameServer(address, context.settings.channel.port)
    })
}
