import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { lowerCase, type Name } from '@pstorage/dns-message'

/** One metadata server to announce. */
export interface AnnouncedService {
  readonly cluster: ClusterName
  readonly port: number
  readonly priority: number
  readonly weight: number
  /** The source of its names and addresses. */
  readonly host: AnnouncedHost
}

/** The host of a metadata server: this one, or an address from the options. */
export type AnnouncedHost =
  | { readonly kind: 'here'; readonly label: string }
  | { readonly kind: 'address'; readonly address: string }

/** By the id of a name, the number of the variant in use: 2 stands for the second one tried. */
export type NameNumbers = ReadonlyMap<string, number>

/** Identifies a metadata server of a cluster. */
export function serviceId(service: AnnouncedService): string {
  return `service ${clusterNameKey(service.cluster)} ${locationText(service)}`
}

/** Identifies a host; services may share one. */
export function hostId(host: AnnouncedHost): string {
  return host.kind === 'here' ? `host ${host.label}` : `host ${host.address}`
}

/** Returns the name of an instance, as people read it. */
export function serviceText(service: AnnouncedService, numbers: NameNumbers): string {
  return instanceLabel(service.cluster, locationText(service), numbers.get(serviceId(service)) ?? 1)
}

/** Returns the name of the host of a service. */
export function hostName(host: AnnouncedHost, numbers: NameNumbers): Name {
  const base = host.kind === 'here' ? host.label : host.address.replaceAll(/[.:]/g, '-')
  return [hostLabel(base, numbers.get(hostId(host)) ?? 1), 'local']
}

/**
 * Returns the label of an instance: `CLUSTER on HOST`, or `CLUSTER at ADDRESS:PORT`, with ` (2)` and so on after a
 * conflict.
 *
 * At most 63 octets of UTF-8. A longer one loses the end of the host first and then that of the cluster; the blanks
 * stay, so that no shortened name can be taken for that of another cluster.
 *
 * @see RFC 6763 section 4.1.1, RFC 6762 section 9
 */
export function instanceLabel(cluster: string, location: string, number: number): string {
  const suffix = number > 1 ? ` (${number})` : ''
  const spare = LABEL_OCTETS - octets(suffix)
  const where = cut(location, Math.max(SHORTEST_LOCATION, spare - octets(cluster)))
  return `${cut(cluster, spare - octets(where))}${where}${suffix}`
}

/**
 * Returns the first label of a host name, with `-2` and so on after a conflict.
 *
 * @see RFC 6762 section 9
 */
export function hostLabel(base: string, number: number): string {
  const suffix = number > 1 ? `-${number}` : ''
  const plain = base.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return `pstorage-${cut(plain === '' ? 'host' : plain, LABEL_OCTETS - HOST_PREFIX_OCTETS - octets(suffix))}${suffix}`
}

const LABEL_OCTETS = 63
const HOST_PREFIX_OCTETS = 9
/** Octets kept of ` on HOST` beside a long cluster name. */
const SHORTEST_LOCATION = 20

/** Cuts the end of a text that exceeds `limit` octets; never inside a character. */
function cut(text: string, limit: number): string {
  let end = ''
  let length = 0
  for (const character of text) {
    length += octets(character)
    if (length > limit) break
    end += character
  }
  return end
}

function octets(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/**
 * Numbers names until no two of this host are the same: long ones are cut, and may end alike.
 *
 * @param numbers the number of each name by its id; increased here
 * @param last the id of the name that gives way to all others
 */
export function makeNamesUnique(
  services: readonly AnnouncedService[],
  numbers: Map<string, number>,
  last?: string,
): void {
  const names = [
    ...services.map((service) => ({ id: serviceId(service), name: () => serviceText(service, numbers) })),
    ...services.map(({ host }) => ({ id: hostId(host), name: () => hostName(host, numbers).join('.') })),
  ]
  const owners = new Map<string, string>()
  for (const { id, name } of names.toSorted((a, b) => Number(a.id === last) - Number(b.id === last))) {
    while ((owners.get(lowerCase(name())) ?? id) !== id) numbers.set(id, (numbers.get(id) ?? 1) + 1)
    owners.set(lowerCase(name()), id)
  }
}

function locationText({ host, port }: AnnouncedService): string {
  if (host.kind === 'here') return ` on ${host.label}`
  const address = host.address.includes(':') ? `[${host.address}]` : host.address
  return ` at ${address}:${port}`
}
