import { clusterNameFault } from '@pstorage/discovery-core'
import { equalNames, isSubdomainOf, type Name, nameKey, nameToText, RecordType } from '@pstorage/dns-message'

/** Place of the names of clusters in a zone. */
export interface TransferTarget {
  /** The zone that is transferred. */
  readonly apex: Name
  /** The labels in front of the cluster name. */
  readonly service: Name
  /** The search domain, in the zone: its apex or below. */
  readonly domain: Name
}

/** Reason why a whole zone does not deny the clusters of a search domain. */
export interface ZoneCutFault {
  /** `EZONECUT` where other zones hold names; `EWILDCARD` or `ENOSRV` where the zone itself does. */
  readonly code: 'EZONECUT' | 'EWILDCARD' | 'ENOSRV'
  /** A phrase about the zone, such as `delegates sub.pstorage.test (NS)`, escaped. */
  readonly reason: string
}

type CutKind = 'NS' | 'DNAME' | 'wildcard' | 'no SRV'

/** So many owners are named; of further ones only that there are some. */
const NAMED_OWNERS = 3

const kinds: ReadonlyMap<number, CutKind> = new Map([
  [RecordType.NS, 'NS'],
  [RecordType.DNAME, 'DNAME'],
])

/**
 * Collects the places of a zone where all of its records do not deny the clusters of a search domain: what is delegated (NS) or
 * redirected (DNAME) is up to another zone, a wildcard stands for names that are not written, and a cluster may be published
 * without an SRV record. Only those count at which the owner `<service>.<cluster>.<domain>` of some cluster can be.
 *
 * @see RFC 1034 section 4.2.1, RFC 4592, RFC 6672
 */
export class ZoneCuts {
  readonly #place: TransferTarget
  readonly #owners = new Map<CutKind, Map<string, string>>()

  constructor(place: TransferTarget) {
    this.#place = place
  }

  /** Takes a record of the type NS, DNAME, CNAME or SRV. Returns whether it is a wildcard that some cluster would match. */
  addRecord(owner: Name, type: number): boolean {
    const { apex, domain } = this.#place
    const kind = kinds.get(type)
    if (!isSubdomainOf(owner, domain)) {
      // Above the search domain, in the zone: the NS records of the zone itself delegate nothing.
      const isAbove = isSubdomainOf(domain, owner) && isSubdomainOf(owner, apex)
      if (kind !== undefined && isAbove && (kind !== 'NS' || !equalNames(owner, apex))) this.#add(kind, owner)
      return false
    }
    const labels = owner.slice(0, owner.length - domain.length)
    if (isWildcardOfClusters(labels, this.#place)) {
      this.#add('wildcard', owner)
      return true
    }
    const isApex = labels.length === 0 && equalNames(owner, apex)
    if (kind !== undefined && isAboveCluster(labels, this.#place) && (kind !== 'NS' || !isApex)) this.#add(kind, owner)
    return false
  }

  /** Takes the owner of a cluster's SRV records, where there is a record of another type. */
  addWithoutService(owner: Name): void {
    this.#add('no SRV', owner)
  }

  /** Returns what other zones hold; `undefined` where they hold nothing. */
  get delegated(): ZoneCutFault | undefined {
    const reasons = (['NS', 'DNAME'] as const).flatMap((kind) => this.#reasonOf(kind))
    return reasons.length === 0 ? undefined : { code: 'EZONECUT', reason: reasons.join(', and ') }
  }

  /** Returns why the zone does not deny clusters; `undefined` where it does. */
  get fault(): ZoneCutFault | undefined {
    const kind = (['NS', 'DNAME', 'wildcard', 'no SRV'] as const).find((each) => this.#owners.has(each))
    if (kind === undefined) return undefined
    if (kind === 'NS' || kind === 'DNAME') return this.delegated
    return { code: kind === 'wildcard' ? 'EWILDCARD' : 'ENOSRV', reason: this.#reasonOf(kind).join() }
  }

  #add(kind: CutKind, owner: Name): void {
    const known = this.#owners.get(kind) ?? new Map<string, string>()
    this.#owners.set(kind, known)
    if (known.size <= NAMED_OWNERS) known.set(nameKey(owner), nameToText(owner))
  }

  #reasonOf(kind: CutKind): readonly string[] {
    const texts = [...(this.#owners.get(kind)?.values() ?? [])]
    if (texts.length === 0) return []
    const owners = [...texts.slice(0, NAMED_OWNERS), ...(texts.length > NAMED_OWNERS ? ['others'] : [])].join(', ')
    if (kind === 'NS') return [`delegates ${owners} (NS)`]
    if (kind === 'DNAME') return [`redirects what is below ${owners} (DNAME)`]
    if (kind === 'wildcard') return [`has a wildcard that stands for any cluster: ${owners}`]
    return [`has records other than SRV at ${owners}`]
  }
}

/** Returns whether an owner is at or above that of some cluster's SRV records, by its labels in front of the domain. */
function isAboveCluster(labels: Name, { service }: TransferTarget): boolean {
  const cluster = labels.at(-1)
  if (cluster === undefined) return true
  const front = labels.slice(0, -1)
  return isEndOf(front, service) && (cluster === '*' || clusterNameFault(cluster) === undefined)
}

/** Returns whether the owner of some cluster's SRV records matches a wildcard, or looks as if it should: `<service>.*` matches nothing. */
function isWildcardOfClusters(labels: Name, place: TransferTarget): boolean {
  const { service } = place
  if (labels[0] !== '*') return labels.at(-1) === '*' && equalNames(labels.slice(0, -1), service)
  const closest = labels.slice(1)
  return closest.length <= service.length && isAboveCluster(closest, place)
}

function isEndOf(labels: Name, service: Name): boolean {
  return labels.length <= service.length && equalNames(labels, service.slice(service.length - labels.length))
}
