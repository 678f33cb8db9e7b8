import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { labelFromUtf8, type Name, RecordType } from '@pstorage/dns-message'
import { instanceName, SERVICE_TYPE } from '../service-type.js'
import { addressOctets } from './address-octets.js'
import { hostLabel, instanceText } from './announced-name.js'
import type { AnnouncedSet, Rdata } from './announced-set.js'
import type { Claim } from './claim.js'
import { addressType, serviceRdata, textRdata } from './record-rdata.js'

/** One metadata server to announce. */
export interface AnnouncedService {
  readonly cluster: ClusterName
  readonly port: number
  readonly priority: number
  readonly weight: number
  /** What the names are made from, and the addresses that it has. */
  readonly host: AnnouncedHost
}

/** Where a metadata server is: here, or at an address that was given. */
export type AnnouncedHost =
  | { readonly kind: 'here'; readonly label: string }
  | { readonly kind: 'address'; readonly address: string }

/** Lifetimes of records, in seconds. */
export interface RecordTtls {
  /** Of SRV and address records; default 120. */
  readonly host: number
  /** Of PTR and TXT records; default 4,500, which is 75 minutes. */
  readonly service: number
}

/** How often a name had to be changed: 2 stands for the second one that was tried. */
export type NameNumbers = ReadonlyMap<string, number>

/** The same for the same metadata server of the same cluster. */
export function serviceId(service: AnnouncedService): string {
  return `service ${clusterNameKey(service.cluster)} ${placeText(service)}`
}

/** The same for services that share the name of a host. */
export function hostId(host: AnnouncedHost): string {
  return host.kind === 'here' ? `host ${host.label}` : `host ${host.address}`
}

/** The name of an instance, as people read it. */
export function serviceText(service: AnnouncedService, numbers: NameNumbers): string {
  return instanceText(service.cluster, placeText(service), numbers.get(serviceId(service)) ?? 1)
}

/** The name of the host of a service. */
export function hostName(host: AnnouncedHost, numbers: NameNumbers): Name {
  const base = host.kind === 'here' ? host.label : host.address.replaceAll(/[.:]/g, '-')
  return [hostLabel(base, numbers.get(hostId(host)) ?? 1), 'local']
}

/** What is published of services. */
export interface ClaimSettings {
  readonly ttls: RecordTtls
  readonly numbers: NameNumbers
  /** The addresses that a host has on the link in question; a host without any is not published there. */
  readonly addressesOf: (host: AnnouncedHost) => readonly string[]
}

/** The claims that services make on one link: one for each host, then one for each service. */
export function serviceClaims(services: readonly AnnouncedService[], settings: ClaimSettings): Claim[] {
  const hosts = new Map<string, Claim>()
  const claims = services.flatMap((service) => {
    const id = hostId(service.host)
    const host = hosts.get(id) ?? hostClaim(service.host, settings)
    if (host === undefined) return []
    hosts.set(id, host)
    return serviceClaim(service, host, settings)
  })
  return [...hosts.values(), ...claims]
}

/** Whether a record lists our type of service, which every host with such a service says alike. */
export function isTypeListing({ name }: AnnouncedSet): boolean {
  return name === TYPES_NAME
}

/** What lists the types of services (RFC 6763 section 9). */
const TYPES_NAME: Name = ['_services', '_dns-sd', '_udp', 'local']
/** A label has 63 octets, and a subtype begins with an underscore. */
const LONGEST_SUBTYPE = 62

/** The subtype of a cluster, unless its name leaves no room for it. @see RFC 6763 section 7.1 */
export function subtypeName(cluster: ClusterName): Name | undefined {
  return cluster.length > LONGEST_SUBTYPE ? undefined : [`_${cluster}`, '_sub', ...SERVICE_TYPE]
}

function placeText({ host, port }: AnnouncedService): string {
  if (host.kind === 'here') return ` on ${host.label}`
  const address = host.address.includes(':') ? `[${host.address}]` : host.address
  return ` at ${address}:${port}`
}

function hostClaim(host: AnnouncedHost, { ttls, numbers, addressesOf }: ClaimSettings): Claim | undefined {
  const addresses = addressesOf(host)
  if (addresses.length === 0) return undefined
  const name = hostName(host, numbers)
  const unique = [RecordType.A, RecordType.AAAA].flatMap((type) => {
    const rdata = addresses.filter((address) => addressType(address) === type).map((own) => [addressOctets(own)])
    return rdata.length === 0 ? [] : { name, type, unique: true, ttl: ttls.host, rdata }
  })
  return { id: hostId(host), name, unique, shared: [], needs: undefined }
}

function serviceClaim(service: AnnouncedService, host: Claim, { ttls, numbers }: ClaimSettings): Claim {
  const { cluster } = service
  const name = instanceName(labelFromUtf8(serviceText(service, numbers)))
  const text = textRdata(['txtvers=1', `cluster=${cluster}`].map((string) => Buffer.from(string, 'ascii')))
  const location = serviceRdata({ ...service, target: host.name })
  const subtype = subtypeName(cluster)
  return {
    id: serviceId(service),
    name,
    unique: [
      { name, type: RecordType.SRV, unique: true, ttl: ttls.host, rdata: [location] },
      { name, type: RecordType.TXT, unique: true, ttl: ttls.service, rdata: [text] },
    ],
    shared: [
      pointer(SERVICE_TYPE, [name], ttls),
      ...(subtype === undefined ? [] : [pointer(subtype, [name], ttls)]),
      pointer(TYPES_NAME, [SERVICE_TYPE], ttls),
    ],
    needs: host.id,
  }
}

function pointer(name: Name, rdata: Rdata, { service: ttl }: RecordTtls): AnnouncedSet {
  return { name, type: RecordType.PTR, unique: false, ttl, rdata: [rdata] }
}
