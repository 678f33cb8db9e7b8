import { type CancellationToken, type ClusterName, clusterNameKey, type Random } from '@pstorage/discovery-core'
import { type Name, nameKey, RecordType } from '@pstorage/dns-message'
import type { StubSettings } from '../../client/current-settings.js'
import type { StubResolver } from '../../client/stub-resolver.js'
import { type Lookup, lookUp } from '../../lookup/lookup.js'
import { hostsOf } from './srv-hosts.js'
import { validNames, withoutDuplicates } from './txt-items.js'
import type { CheckedType, ClusterFacts, HostFacts, RecordSet, WildcardFacts, ZoneFacts } from './zone-facts.js'

/** The most clusters of one domain that are queried one by one. */
const MAX_CLUSTERS = 1_000
const HEXADECIMAL = 16

/** The scope of the queries of one zone. */
interface ZoneQuery {
  readonly domain: Name
  readonly apex: Name | undefined
  readonly origin: string
  readonly service: Name
  readonly clustersRecord: Name
  /** The only cluster to check; `undefined`: all. */
  readonly wanted: ClusterName | undefined
  readonly lookups: ZoneLookups
  readonly random: Random
}

/** Queries name servers for all records that the checks of a zone read. */
export async function queryZone(zone: ZoneQuery): Promise<ZoneFacts> {
  const { domain, service, clustersRecord, wanted, lookups } = zone
  const listOwner = [...clustersRecord, ...domain]
  const [list, wildcards] = await Promise.all([lookups.records(listOwner, 'TXT'), findWildcards(zone)])
  const listed = list.kind === 'found' ? list.data.flatMap(({ strings }) => validNames(strings)) : []
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

/** Queries invented names; an answer comes from a wildcard below the domain (RFC 4592 section 3.3). */
async function findWildcards({ domain, service, lookups, random }: ZoneQuery): Promise<readonly WildcardFacts[]> {
  const digits = Array.from({ length: HEXADECIMAL }, () => random.below(HEXADECIMAL).toString(HEXADECIMAL)).join('')
  const label = `no-such-cluster-${digits}`
  const questions = [
    { type: 'TXT', name: [label, ...domain] },
    { type: 'SRV', name: [...service, label, ...domain] },
  ] as const
  const wildcards = await Promise.all(
    questions.map(async ({ type, name }): Promise<readonly WildcardFacts[]> => {
      const answer: RecordSet<'TXT' | 'SRV'> = await lookups.records<'TXT' | 'SRV'>(name, type)
      if (answer.kind !== 'found') return []
      const owner = ['*', ...domain]
      const records: RecordSet<'TXT' | 'SRV'> = await lookups.records<'TXT' | 'SRV'>(owner, type)
      const isWritten = records.kind === 'found' && !records.isAlias
      return [{ type, owner: isWritten ? owner : name, records: isWritten ? records : { kind: 'unknown', why: '' } }]
    }),
  )
  return wildcards.flat()
}

/** Looks up names, each once for all checks. */
export class ZoneLookups {
  readonly #stub: StubResolver
  readonly #settings: StubSettings
  readonly #cancellation: CancellationToken
  readonly #known = new Map<string, Promise<Lookup>>()

  constructor(stub: StubResolver, settings: StubSettings, cancellation: CancellationToken) {
    this.#stub = stub
    this.#settings = settings
    this.#cancellation = cancellation
  }

  /** Resolves to the records of a name. */
  async records<Kind extends CheckedType>(name: Name, kind: Kind): Promise<RecordSet<Kind>> {
    const lookup = await this.#lookUp(name, kind)
    if (lookup.kind === 'failed') {
      return { kind: 'unknown', why: lookup.error.message, isFiltered: lookup.error.code === 'EUNFRESH' }
    }
    if (lookup.kind === 'empty') return { kind: 'none', why: lookup.detail ?? 'NODATA' }
    const { rrset, message } = lookup
    return {
      kind: 'found',
      data: rrset.data.filter((data): data is Extract<typeof data, { kind: Kind }> => data.kind === kind),
      ttl: message.header.authoritative ? rrset.ttl : undefined,
      isAlias: rrset.aliases > 0,
      owner: rrset.owner,
    }
  }

  /** Resolves to the addresses of a host, of both families. */
  async addresses(host: Name): Promise<RecordSet<'A' | 'AAAA'>> {
    const { noAaaa = false } = this.#settings.options
    const sets = await Promise.all([this.records(host, 'A'), ...(noAaaa ? [] : [this.records(host, 'AAAA')])])
    const results = sets.filter((set) => set.kind === 'found')
    const [first] = results
    if (first === undefined) return sets.find(({ kind }) => kind === 'unknown') ?? sets[0]
    const ttls = results.flatMap(({ ttl }) => ttl ?? [])
    const ttl = ttls.length === 0 ? undefined : Math.min(...ttls)
    return { ...first, ttl, data: results.flatMap(({ data }) => data) }
  }

  #lookUp(name: Name, kind: CheckedType): Promise<Lookup> {
    const key = `${kind} ${nameKey(name)}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const lookup = lookUp(
      this.#stub,
      this.#settings,
      { name, type: RecordType[kind], anyDenial: true },
      this.#cancellation,
    )
    this.#known.set(key, lookup)
    return lookup
  }
}
