import { canonicalAddress } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import { type NameServer, parseNameServer } from '../config/name-server.js'
import { type DnsContext, lookUpIn } from '../lookup/dns-context.js'
import type { Lookup } from '../lookup/lookup.js'
import { signedFirst } from './signing.js'

/** Number of name servers of a zone that are tried. */
const MAX_ZONE_SERVERS = 8
/** Number of their addresses, as the owner of the zone has chosen them. */
const MAX_ADDRESSES = 32

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
  const { cancellation } = context.query
  const lookup = await signedFirst({ plain: context, signed }, (each, over) => {
    return lookUpIn(each, { name: apex, type: RecordType.NS, anyDenial: true }, over)
  })
  if (lookup.kind !== 'found') return []
  const hosts = lookup.rrset.data
    .flatMap((data) => (data.kind === 'NS' ? [data.target] : []))
    .slice(0, MAX_ZONE_SERVERS)
  const lookups = await Promise.all(
    hosts
      .flatMap((host) => [RecordType.A, RecordType.AAAA].map((type) => ({ name: host, type, anyDenial: true })))
      .map((query) => (context.furtherQuestions.take(1) ? lookUpIn(context, query, cancellation) : undefined)),
  )
  const addresses = [...new Set(inTurns(lookups.map(addressesOf)))]
  if (addresses.length > MAX_ADDRESSES) {
    const message = `${nameToText(apex)}: its name servers have ${addresses.length} addresses; the first ${MAX_ADDRESSES} are asked for the zone`
    context.query.emit({ type: 'warning', code: 'axfr-too-many-servers', message })
  }
  return addresses.slice(0, MAX_ADDRESSES).map((address) => parseNameServer(address, context.settings.channel.port))
}

function addressesOf(lookup: Lookup | undefined): readonly string[] {
  if (lookup?.kind !== 'found') return []
  return lookup.rrset.data.flatMap((data) =>
    (data.kind === 'A' || data.kind === 'AAAA') && canonicalAddress(data.address) !== undefined ? [data.address] : [],
  )
}

/** The first of each list, then the second of each, and so on: a host with many may not push out the others. */
function inTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat()
}
