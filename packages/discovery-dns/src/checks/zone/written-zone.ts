import { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'
import { equalNames, isSubdomainOf, type Name, nameKey, type RecordData } from '@pstorage/dns-message'
import { secondsOf } from '../../reply/rrset.js'
import { hostsOf } from './srv-hosts.js'
import { validNames, withoutDuplicates } from './txt-items.js'
import type {
  CheckedType,
  ClusterFacts,
  HostFacts,
  RecordSet,
  WildcardFacts,
  WrittenRecord,
  ZoneFacts,
} from './zone-facts.js'

/** The most aliases that are followed. */
const MAX_ALIASES = 8

/** The origin of the records, and the names to find in them. */
interface ZoneScope {
  readonly domain: Name
  readonly apex: Name
  readonly origin: string
  readonly service: Name
  readonly clustersRecord: Name
  readonly wanted: ClusterName | undefined
}

/** Selects from all records of a zone those that the checks read. */
export function readWrittenZone(records: readonly WrittenRecord[], scope: ZoneScope): ZoneFacts {
  const { domain, service, clustersRecord, wanted } = scope
  const zone = new RecordIndex(records, scope.apex)
  const listOwner = [...clustersRecord, ...domain]
  const list = zone.find(listOwner, ['TXT'])
  const listed = list.kind === 'found' ? list.data.flatMap(({ strings }) => validNames(strings)) : []
  const listedKeys = new Set(listed.map(clusterNameKey))
  const owners = records.flatMap(({ name, data }) => (data.kind === 'SRV' ? clusterOf(name, scope) : []))
  const all = withoutDuplicates([...listed, ...owners])
  const clusters = (wanted === undefined ? all : [wanted]).map((name): ClusterFacts => {
    const owner = [...service, name, ...domain]
    return { name, owner, listed: listedKeys.has(clusterNameKey(name)), srv: zone.find(owner, ['SRV']) }
  })
  const hosts = hostsOf(clusters).map((host): HostFacts => ({ host, addresses: zone.find(host, ['A', 'AAAA']) }))
  return {
    ...scope,
    listOwner,
    list,
    isWhole: wanted === undefined,
    clusters,
    hosts: new Map(hosts.map((facts) => [nameKey(facts.host), facts])),
    wildcards: wildcardsOf(zone, scope),
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

  /** Finds the records of a name, after aliases within the zone. */
  find<Kind extends CheckedType>(name: Name, kinds: readonly Kind[]): RecordSet<Kind> {
    let owner = name
    for (let aliases = 0; aliases <= MAX_ALIASES; aliases += 1) {
      if (!isSubdomainOf(owner, this.#apex)) return { kind: 'unknown', why: 'it is in another zone' }
      const own = this.#byName.get(nameKey(owner)) ?? []
      const records = own.flatMap(({ data, ttl }) => (isOf(data, kinds) ? [{ data, ttl: secondsOf(ttl) }] : []))
      if (records.length > 0) {
        const ttl = Math.min(...records.map((record) => record.ttl))
        return { kind: 'found', data: records.map(({ data }) => data), ttl, isAlias: aliases > 0, owner }
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

function clusterOf(owner: Name, { service, domain }: ZoneScope): readonly ClusterName[] {
  const before = service.length
  if (owner.length !== before + 1 + domain.length || !isSubdomainOf(owner, domain)) return []
  if (!equalNames(owner.slice(0, before), service)) return []
  const label = owner[before] ?? ''
  return clusterNameFault(label) === undefined ? [parseClusterName(label)] : []
}

function wildcardsOf(zone: RecordIndex, { domain }: ZoneScope): readonly WildcardFacts[] {
  const owner = ['*', ...domain]
  return (['TXT', 'SRV'] as const).flatMap((type): readonly WildcardFacts[] => {
    const records: RecordSet<'TXT' | 'SRV'> = zone.find<'TXT' | 'SRV'>(owner, [type])
    return records.kind === 'found' ? [{ type, owner, records }] : []
  })
}
