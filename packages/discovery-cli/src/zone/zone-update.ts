import { formatEndpoint } from '@pstorage/discovery-core'
import type { RecordSetQuestion } from '@pstorage/discovery-dns/checks'
import type { ClusterRecords } from './cluster-records.js'
import type { ZoneContents } from './zone-contents.js'
import { txtRecords, type ZoneRecord } from './zone-record.js'

/** The update of a zone. */
export interface ZoneUpdate {
  readonly parts: readonly UpdatePart[]
  /** The conflicts between the zone and the sources, one line each; with any, the update must not be made. */
  readonly conflicts: readonly string[]
}

/** Commands of nsupdate(1) that belong together. */
export interface UpdatePart {
  /** Require the sets of records as they were read (RFC 2136 sections 2.4.1 to 2.4.3). */
  readonly prerequisites: readonly string[]
  readonly changes: readonly string[]
  /** Prerequisites that hold once this part was made. */
  readonly outcome: readonly string[]
}

/** The options of {@link planUpdate}. */
export interface ZoneUpdateOptions {
  /** Without a dot at its end. */
  readonly domain: string
  /** Seconds, of records that are added. */
  readonly ttl: number
  /** Replace the SRV records of each cluster; otherwise records are added and none is removed. */
  readonly isReplacing: boolean
  /** The names of the sources, for messages. */
  readonly sources: string
  /** Any host on the link may have answered: then a set of SRV records that the zone has gets no further endpoints. */
  readonly isUnauthenticated: boolean
}

const families = ['A', 'AAAA'] as const
/** A set of strings that is longer than this is only required to be there: an update is one message of 65,535 octets. */
const LONGEST_SET = 16_000

/** Reads the sets of records that the update may change, and the addresses of the targets in the zone. */
export async function readForUpdate(records: ClusterRecords, domain: string, zone: ZoneContents): Promise<void> {
  const owners = [...new Set(records.services.map(({ owner }) => owner))].map((owner) => `${owner}.${domain}`)
  const hosts = [...new Set(records.addresses.map(({ owner }) => owner))].map((owner) => `${owner}.${domain}`)
  const names = [...new Set(records.names.map(({ owner }) => owner))].map((owner) => `${owner}.${domain}`)
  await zone.read([
    { name: domain, type: 'SOA' },
    ...owners.map((name): RecordSetQuestion => ({ name, type: 'SRV' })),
    ...hosts.flatMap(addressQuestions),
    ...names.map((name): RecordSetQuestion => ({ name, type: 'TXT' })),
  ])
  const targets = owners.flatMap((owner) => zone.dataOf(owner, 'SRV').map((data) => targetOf(data).host))
  await zone.read([...new Set(targets)].filter((host) => host !== '').flatMap(addressQuestions))
}

function addressQuestions(name: string): readonly RecordSetQuestion[] {
  return families.map((type) => ({ name, type }))
}

/** Plans an update: an endpoint of the zone that no source has, and that would get lost, is a conflict. */
export function planUpdate(records: ClusterRecords, zone: ZoneContents, options: ZoneUpdateOptions): ZoneUpdate {
  const planner = new UpdatePlanner(records, zone, options)
  const services = new Map<string, ZoneRecord[]>()
  for (const record of records.services) services.set(record.owner, [...(services.get(record.owner) ?? []), record])
  for (const [owner, group] of services) planner.addService(owner, group)
  planner.addNames()
  return planner
}

class UpdatePlanner implements ZoneUpdate {
  readonly parts: UpdatePart[] = []
  readonly conflicts: string[] = []
  readonly #records: ClusterRecords
  readonly #zone: ZoneContents
  readonly #options: ZoneUpdateOptions
  readonly #hostsDone = new Set<string>()

  constructor(records: ClusterRecords, zone: ZoneContents, options: ZoneUpdateOptions) {
    this.#records = records
    this.#zone = zone
    this.#options = options
  }

  /** The SRV records of one cluster, and the hosts that they need. */
  addService(owner: string, services: readonly ZoneRecord[]): void {
    const name = `${owner}.${this.#options.domain}`
    if (this.#zone.get(name, 'SRV').kind === 'alias') {
      this.conflicts.push(`${name} is an alias (CNAME) in the zone`)
      return
    }
    const held = this.#zone.dataOf(name, 'SRV')
    const wanted = services.map((service) => `${service.data}.${this.#options.domain}.`)
    const known = new Set(services.flatMap((service) => this.#endpointsOf(service)))
    const heldEndpoints = held.flatMap((data) => this.#heldEndpoints(data))
    const wantedTargets = new Set(wanted.map((data) => targetKey(data)))
    const unknown = held
      .filter((data) => !wantedTargets.has(targetKey(data)))
      .flatMap((data) => this.#heldEndpoints(data))
      .filter((endpoint) => !known.has(endpoint))
    if (unknown.length > 0 && !this.#options.isReplacing) {
      const { sources } = this.#options
      const only = `only the zone has ${[...new Set(unknown)].toSorted().join(', ')}`
      this.conflicts.push(`${name}: ${only}; ${sources} has ${[...known].toSorted().join(', ')}`)
      return
    }
    const heldTargets = new Set(held.map((data) => targetKey(data)))
    const isHeld = (service: ZoneRecord, data: string): boolean =>
      heldTargets.has(targetKey(data)) || this.#endpointsOf(service).every((each) => heldEndpoints.includes(each))
    const unheld = [...known].filter((endpoint) => !heldEndpoints.includes(endpoint))
    if (this.#options.isUnauthenticated && held.length > 0 && unheld.length > 0) {
      const only = `only ${this.#options.sources} has ${unheld.toSorted().join(', ')}, where any host on the link can answer`
      this.conflicts.push(`${name}: ${only}; if it is right, add it with --mds`)
      return
    }
    const isReplaced =
      this.#options.isReplacing && held.length > 0 && !sameSet(this.#heldOrder(held), this.#order(services))
    const added = services.filter((service, index) => isReplaced || !isHeld(service, wanted[index] ?? ''))
    const needed = services.filter((service) => added.includes(service) || heldTargets.has(this.#keyOf(service)))
    const hosts = needed.map((service) => this.#addHost(labelOf(service)))
    const changes = [
      ...hosts.flatMap((host) => host.changes),
      ...(isReplaced ? [`update delete ${name}. SRV`] : []),
      ...added.map((service) => this.#addition(service)),
    ]
    if (changes.length === 0) return
    const after = isReplaced ? wanted : [...held, ...added.map(({ data }) => `${data}.${this.#options.domain}.`)]
    this.parts.push({
      prerequisites: [...requireSet(name, 'SRV', held), ...hosts.flatMap((host) => host.prerequisites)],
      changes,
      outcome: requireSet(name, 'SRV', after),
    })
  }

  /** The names that no TXT record lists yet. */
  addNames(): void {
    const [first] = this.#records.names
    if (first === undefined) return
    const name = `${first.owner}.${this.#options.domain}`
    if (this.#zone.get(name, 'TXT').kind === 'alias') {
      this.conflicts.push(`${name} is an alias (CNAME) in the zone`)
      return
    }
    const held = this.#zone.dataOf(name, 'TXT')
    const listed = new Set(held.flatMap(namesIn).map((each) => each.toLowerCase()))
    const missing = this.#records.names
      .flatMap(({ data }) => namesIn(data))
      .filter((each) => !listed.has(each.toLowerCase()))
    const added = missing.length === 0 ? [] : (txtRecords(missing) ?? [])
    if (added.length === 0) return
    const isLong = held.reduce((length, data) => length + data.length, 0) > LONGEST_SET
    this.parts.push({
      prerequisites: isLong ? [`prereq yxrrset ${name}. TXT`] : requireSet(name, 'TXT', held),
      changes: added.map((record) => this.#addition(record)),
      outcome: [],
    })
  }

  /** The addresses of a host of ours, once. */
  #addHost(label: string): Pick<UpdatePart, 'prerequisites' | 'changes'> {
    const [prerequisites, changes]: [string[], string[]] = [[], []]
    if (this.#hostsDone.has(label)) return { prerequisites, changes }
    this.#hostsDone.add(label)
    const name = `${label}.${this.#options.domain}`
    for (const type of families) {
      const wanted = this.#records.addresses.filter((record) => record.owner === label && record.type === type)
      if (wanted.length === 0) continue
      if (this.#zone.get(name, type).kind === 'alias') {
        this.conflicts.push(`${name} is an alias (CNAME) in the zone`)
        break
      }
      const held = this.#zone.dataOf(name, type)
      const foreign = held.filter((address) => !wanted.some(({ data }) => data === address))
      if (foreign.length > 0) {
        const ours = wanted.map(({ data }) => data).join(', ')
        const { sources } = this.#options
        this.conflicts.push(`${name}: the zone has the address ${foreign.join(', ')}; ${sources} has ${ours}`)
        continue
      }
      const added = wanted.filter(({ data }) => !held.includes(data))
      if (added.length === 0) continue
      prerequisites.push(...requireSet(name, type, held))
      changes.push(...added.map((record) => this.#addition(record)))
    }
    return { prerequisites, changes }
  }

  /** The endpoints that one SRV record of ours stands for. */
  #endpointsOf(service: ZoneRecord): readonly string[] {
    const { port } = targetOf(`${service.data}.`)
    const addresses = this.#records.addresses.filter(({ owner }) => owner === labelOf(service))
    return addresses.map(({ data }) => formatEndpoint({ address: data, port }))
  }

  /** Returns the endpoints of one SRV record of the zone; the target itself where it has no address. */
  #heldEndpoints(data: string): readonly string[] {
    const { host, port } = targetOf(data)
    const addresses = host === '' ? [] : families.flatMap((type) => this.#zone.dataOf(host, type))
    if (addresses.length === 0) return [`${host === '' ? '.' : host}:${port}`]
    return addresses.map((address) => formatEndpoint({ address, port }))
  }

  /** The endpoints of records of the zone, each after its priority and weight. */
  #heldOrder(held: readonly string[]): readonly string[] {
    return held.flatMap((data) => this.#heldEndpoints(data).map((endpoint) => `${preferenceOf(data)} ${endpoint}`))
  }

  /** The same for records of ours. */
  #order(services: readonly ZoneRecord[]): readonly string[] {
    return services.flatMap((service) =>
      this.#endpointsOf(service).map((each) => `${preferenceOf(service.data)} ${each}`),
    )
  }

  #keyOf(service: ZoneRecord): string {
    return targetKey(`${service.data}.${this.#options.domain}.`)
  }

  #addition({ owner, type, data }: ZoneRecord): string {
    const { domain, ttl } = this.#options
    return `update add ${owner}.${domain}. ${ttl} IN ${type} ${data}${type === 'SRV' ? `.${domain}.` : ''}`
  }
}

/** The set of records is exactly this one (RFC 2136 section 2.4.2), or there is none (section 2.4.3). */
function requireSet(name: string, type: string, data: readonly string[]): readonly string[] {
  if (data.length === 0) return [`prereq nxrrset ${name}. ${type}`]
  return data.map((each) => `prereq yxrrset ${name}. ${type} ${each}`)
}

/** The target of SRV data without the dot at its end, and the port. */
function targetOf(data: string): { readonly host: string; readonly port: number } {
  const [, , port, target = '.'] = data.split(' ')
  return { host: target.slice(0, -1), port: Number(port) }
}

/** The priority and the weight of SRV data. */
function preferenceOf(data: string): string {
  return data.split(' ', 2).join(' ')
}

function targetKey(data: string): string {
  const { host, port } = targetOf(data)
  return `${host.toLowerCase()} ${port}`
}

function labelOf({ data }: ZoneRecord): string {
  return data.slice(data.lastIndexOf(' ') + 1)
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const folded = new Set(one.map((data) => data.toLowerCase()))
  return folded.size === other.length && other.every((data) => folded.has(data.toLowerCase()))
}

/** The names that the strings of a TXT record list: each string is a list of its own, separated by commas. */
function namesIn(data: string): readonly string[] {
  const strings = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text)
  return strings
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** A dynamic update is one message of at most 65,535 octets (RFC 2136), and no command is shorter than its part of it. */
const LONGEST_UPDATE = 50_000

/**
 * Returns commands for nsupdate(1): one update where they fit into one, which is made as a whole or not at all. Each further
 * one requires the result of the one before it.
 */
export function nsupdateLines(parts: readonly UpdatePart[]): readonly string[] {
  const updates: UpdatePart[][] = []
  let length = 0
  for (const part of parts) {
    const more = lengthOf([...part.prerequisites, ...part.changes])
    const last = updates.at(-1)
    if (last === undefined || length + more > LONGEST_UPDATE) {
      updates.push([part])
      length = more + lengthOf(last?.at(-1)?.outcome ?? [])
    } else {
      last.push(part)
      length += more
    }
  }
  return updates.flatMap((update, index) => [
    ...(updates[index - 1]?.at(-1)?.outcome ?? []),
    ...update.flatMap(({ prerequisites }) => prerequisites),
    ...update.flatMap(({ changes }) => changes),
    'send',
  ])
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0)
}
