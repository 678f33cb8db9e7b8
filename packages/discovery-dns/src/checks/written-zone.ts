import { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'
import { equalNames, isSubdomainOf, type Name, nameKey, type RecordData } from '@pstorage/dns-message'
import { secondsOf } from '../time-to-live.js'
import { hostsOf } from './srv-hosts.js'
import { goodNames, withoutDuplicates } from './txt-items.js'
import type { ClusterFacts, HostFacts, RecordSet, WildcardFacts, ZoneFacts } from './zone-facts.js'
import type { CheckedType } from './zone-lookups.js'

/** How many aliases are followed. */
const MAX_ALIASES = 8

/** One record of a zone that is known whole. */
export interface WrittenRecord {
  readonly name: Name
  readonly ttl: number
  readonly data: RecordData
}

/** Where the records are from, and what is looked for in them. */
export interface WrittenPlace {
  readonly domain: Name
  readonly apex: Name
  readonly origin: string
  readonly service: Name
  readonly clustersRecord: Name
  readonly wanted: ClusterName | undefined
}

/** Finds in all records of a zone what the checks look at. */
export function writtenZone(records: readonly WrittenRecord[], place: WrittenPlace): ZoneFacts {
  const { domain, service, clustersRecord, wanted } = place
  const zone = new RecordIndex(records, place.apex)
  const listOwner = [...clustersRecord, ...domain]
  const list = zone.find(listOwner, ['TXT'])
  const listed = list.kind === 'found' ? list.data.flatMap(({ strings }) => goodNames(strings)) : []
  const listedKeys = new Set(listed.map(clusterNameKey))
  const owners = records.flatMap(({ name, data }) => (data.kind === 'SRV' ? clusterOf(name, place) : []))
  const all = withoutDuplicates([...listed, ...owners])
  const clusters = (wanted === undefined ? all : [wanted]).map((name): ClusterFacts => {
    const owner = [...service, name, ...domain]
    return { name, owner, listed: listedKeys.has(clusterNameKey(name)), srv: zone.find(owner, ['SRV']) }
  })
  const hosts = hostsOf(clusters).map((host): HostFacts => ({ host, addresses: zone.find(host, ['A', 'AAAA']) }))
  return {
    ...place,
    listOwner,
    list,
    isWhole: wanted === undefined,
    clusters,
    hosts: new Map(hosts.map((facts) => [nameKey(facts.host), facts])),
    wildcards: wildcardsOf(zone, place),
    clustersLeftOut: 0,
  }
}

class RecordIndex {
  readonly #byName = new Map<string, WrittenRecord[]>()
  readonly #apex: Name

  constructor(records: readonly WrittenRecord[], apex: Name) {
    this.#apex = apex
    for (const record of records) {
      const key = nameKey(record.name)
      const known = this.#byName.get(key)
      if (known === undefined) this.#byName.set(key, [record])
      else known.push(record)
    }
  }

  /** The records of a name, behind aliases that are written here. */
  find<Kind extends CheckedType>(name: Name, kinds: readonly Kind[]): RecordSet<Kind> {
    let owner = name
    for (let aliases = 0; aliases <= MAX_ALIASES; aliases += 1) {
      if (!isSubdomainOf(owner, this.#apex)) return { kind: 'unknown', why: 'it is in another zone' }
      const own = this.#byName.get(nameKey(owner)) ?? []
      const found = own.flatMap(({ data, ttl }) => (isOf(data, kinds) ? [{ data, ttl: secondsOf(ttl) }] : []))
      if (found.length > 0) {
        const ttl = Math.min(...found.map((record) => record.ttl))
        return { kind: 'found', data: found.map(({ data }) => data), ttl, isAlias: aliases > 0, owner }
      }
      const alias = own.find(({ data }) => data.kind === 'CNAME')?.data
      if (alias?.kind !== 'CNAME') return { kind: 'none', why: own.length > 0 ? 'NODATA' : 'NXDOMAIN' }
      owner = alias.target
    }
    return { kind: 'unknown', why: 'there are too many aliases' }
  }
}

function isOf<Kind extends CheckedType>(
  data: RecordData,
  kinds: readonly Kind[],
): data is Extract<RecordData, { kind: Kind }> {
  return kinds.some((kind) => kind === data.kind)
}

function clusterOf(owner: Name, { service, domain }: WrittenPlace): readonly ClusterName[] {
  const before = service.length
  if (owner.length !== before + 1 + domain.length || !isSubdomainOf(owner, domain)) return []
  if (!equalNames(owner.slice(0, before), service)) return []
  const label = owner[before] ?? ''
  return clusterNameFault(label) === undefined ? [parseClusterName(label)] : []
}

function wildcardsOf(zone: RecordIndex, { domain }: WrittenPlace): readonly WildcardFacts[] {
  const owner = ['*', ...domain]
  return (['TXT', 'SRV'] as const).flatMap((type): readonly WildcardFacts[] => {
    const records: RecordSet<'TXT' | 'SRV'> = zone.find<'TXT' | 'SRV'>(owner, [type])
    return records.kind === 'found' ? [{ type, owner, records }] : []
  })
}
