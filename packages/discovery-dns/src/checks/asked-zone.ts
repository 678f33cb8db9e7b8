import { type ClusterName, clusterNameKey, type Random } from '@pstorage/discovery-core'
import { type Name, nameKey } from '@pstorage/dns-message'
import { hostsOf } from './srv-hosts.js'
import { goodNames, withoutDuplicates } from './txt-items.js'
import type { ClusterFacts, HostFacts, RecordSet, WildcardFacts, ZoneFacts } from './zone-facts.js'
import type { ZoneLookups } from './zone-lookups.js'

/** How many clusters of one domain are asked for one by one. */
const MAX_CLUSTERS = 1_000
const HEXADECIMAL = 16

/** What a zone is asked about. */
export interface AskedZone {
  readonly domain: Name
  readonly apex: Name | undefined
  readonly origin: string
  readonly service: Name
  readonly clustersRecord: Name
  /** Only this cluster is looked at. */
  readonly wanted: ClusterName | undefined
  readonly lookups: ZoneLookups
  readonly random: Random
}

/** Asks name servers for everything that the checks of a zone look at. */
export async function askZone(zone: AskedZone): Promise<ZoneFacts> {
  const { domain, service, clustersRecord, wanted, lookups } = zone
  const listOwner = [...clustersRecord, ...domain]
  const [list, wildcards] = await Promise.all([lookups.records(listOwner, 'TXT'), findWildcards(zone)])
  const listed = list.kind === 'found' ? list.data.flatMap(({ strings }) => goodNames(strings)) : []
  const all = withoutDuplicates(listed)
  const chosen = wanted === undefined ? all.slice(0, MAX_CLUSTERS) : [wanted]
  const listedKeys = new Set(listed.map(clusterNameKey))
  const clusters = await Promise.all(
    chosen.map(async (name): Promise<ClusterFacts> => {
      const owner = [...service, name, ...domain]
      return { name, owner, listed: listedKeys.has(clusterNameKey(name)), srv: await lookups.records(owner, 'SRV') }
    }),
  )
  const hosts = await Promise.all(
    hostsOf(clusters).map(async (host): Promise<HostFacts> => ({ host, addresses: await lookups.addresses(host) })),
  )
  return {
    ...zone,
    listOwner,
    list,
    isWhole: false,
    clusters,
    hosts: new Map(hosts.map((facts) => [nameKey(facts.host), facts])),
    wildcards,
    clustersLeftOut: wanted === undefined ? all.length - chosen.length : 0,
  }
}

/** Asks for names that nobody has written; whoever answers has a wildcard, which stands below the domain (RFC 4592 section 3.3). */
async function findWildcards({ domain, service, lookups, random }: AskedZone): Promise<readonly WildcardFacts[]> {
  const madeUp = Array.from({ length: HEXADECIMAL }, () => random.below(HEXADECIMAL).toString(HEXADECIMAL)).join('')
  const label = `no-such-cluster-${madeUp}`
  const questions = [
    { type: 'TXT', name: [label, ...domain] },
    { type: 'SRV', name: [...service, label, ...domain] },
  ] as const
  const found = await Promise.all(
    questions.map(async ({ type, name }): Promise<readonly WildcardFacts[]> => {
      const answer: RecordSet<'TXT' | 'SRV'> = await lookups.records<'TXT' | 'SRV'>(name, type)
      if (answer.kind !== 'found') return []
      const owner = ['*', ...domain]
      const records: RecordSet<'TXT' | 'SRV'> = await lookups.records<'TXT' | 'SRV'>(owner, type)
      const isWritten = records.kind === 'found' && !records.isAlias
      return [{ type, owner: isWritten ? owner : name, records: isWritten ? records : { kind: 'unknown', why: '' } }]
    }),
  )
  return found.flat()
}
