import { escapeText } from '@pstorage/discovery-core'
import {
  addressData,
  labelFromUtf8,
  type Name,
  RecordType,
  serviceData,
  textData,
  wireName,
} from '@pstorage/dns-message'
import { isLoopbackAddress, type MulticastInterface } from '../link/multicast-interface.js'
import type { RRset } from '../records/rrset.js'
import {
  clusterSubtype,
  instanceName,
  SERVICE_ENUMERATION,
  SERVICE_TYPE,
  subtypeName,
} from '../records/service-type.js'
import type { AnnounceWarningEvent, InterfaceInstance } from './announce-event.js'
import type { Registration } from './registration.js'
import {
  type AnnouncedHost,
  type AnnouncedService,
  hostId,
  hostName,
  type NameNumbers,
  serviceId,
  serviceText,
} from './service-names.js'

/** Lifetimes of records, in seconds. */
export interface RecordTtls {
  /** Of SRV and address records; default 120. */
  readonly host: number
  /** Of PTR and TXT records; default 4,500, which is 75 minutes. */
  readonly service: number
}

/** Options of {@link serviceRegistrations}. */
interface RegistrationSettings {
  readonly ttls: RecordTtls
  readonly numbers: NameNumbers
  /** Returns the addresses of a host on the link; a host without any is not published there. */
  readonly addressesOf: (host: AnnouncedHost) => readonly string[]
}

/** Returns the registrations of services on one link: one for each host, then one for each service. */
export function serviceRegistrations(
  services: readonly AnnouncedService[],
  settings: RegistrationSettings,
): Registration[] {
  const hosts = new Map<string, Registration>()
  const registrations = services.flatMap((service) => {
    const id = hostId(service.host)
    const host = hosts.get(id) ?? hostRegistration(service.host, settings)
    if (host === undefined) return []
    hosts.set(id, host)
    return serviceRegistration(service, host, settings)
  })
  return [...hosts.values(), ...registrations]
}

/** Tells whether a record lists our service type, which every host with such a service publishes alike. */
export function isTypeListing({ name }: RRset): boolean {
  return name === SERVICE_ENUMERATION
}

function hostRegistration(
  host: AnnouncedHost,
  { ttls, numbers, addressesOf }: RegistrationSettings,
): Registration | undefined {
  const addresses = addressesOf(host)
  if (addresses.length === 0) return undefined
  const name = hostName(host, numbers)
  const records = addresses.flatMap((address) => addressData(address) ?? [])
  const unique = [RecordType.A, RecordType.AAAA].flatMap((type) => {
    const rdata = records.filter((record) => record.type === type).map(({ data }) => data)
    return rdata.length === 0 ? [] : { name, type, unique: true, ttl: ttls.host, rdata }
  })
  return { id: hostId(host), name, unique, shared: [], dependsOn: undefined }
}

function serviceRegistration(
  service: AnnouncedService,
  host: Registration,
  { ttls, numbers }: RegistrationSettings,
): Registration {
  const { cluster } = service
  const name = instanceName(labelFromUtf8(serviceText(service, numbers)))
  const text = textData(['txtvers=1', `cluster=${cluster}`])
  const { priority, weight, port } = service
  const location = serviceData(priority, weight, port, wireName(host.name))
  const subtype = clusterSubtype(cluster)
  return {
    id: serviceId(service),
    name,
    unique: [
      { name, type: RecordType.SRV, unique: true, ttl: ttls.host, rdata: [location] },
      { name, type: RecordType.TXT, unique: true, ttl: ttls.service, rdata: [text] },
    ],
    shared: [
      pointer(SERVICE_TYPE, name, ttls),
      ...(subtype === undefined ? [] : [pointer(subtypeName(subtype), name, ttls)]),
      pointer(SERVICE_ENUMERATION, SERVICE_TYPE, ttls),
    ],
    dependsOn: host.id,
  }
}

function pointer(name: Name, target: Name, { service: ttl }: RecordTtls): RRset {
  return { name, type: RecordType.PTR, unique: false, ttl, rdata: [wireName(target)] }
}

/** The most addresses of one host on one interface; a message has room for them. */
const ADDRESSES = 30

/** Returns the addresses of a host on an interface, without zone; an address of another link is left out. */
export function addressesOn({ name, loopback, subnets }: MulticastInterface, host: AnnouncedHost): readonly string[] {
  if (host.kind === 'here') return subnets.map(({ address }) => address).slice(0, ADDRESSES)
  const [address = '', zone] = host.address.split('%')
  const isHere = zone === undefined || zone === name
  return isHere && (loopback || !isLoopbackAddress(address)) ? [address] : []
}

/** Returns the instances that are announced on an interface. */
export function instancesOn(
  networkInterface: MulticastInterface,
  services: readonly AnnouncedService[],
  numbers: NameNumbers,
): readonly InterfaceInstance[] {
  return services.flatMap((service) => {
    const endpoints = addressesOn(networkInterface, service.host).map((address) => ({ address, port: service.port }))
    return endpoints.length === 0 ? [] : { cluster: service.cluster, name: serviceText(service, numbers), endpoints }
  })
}

/** Returns warnings about services that do not depend on interfaces. */
export function serviceWarnings(services: readonly AnnouncedService[]): readonly AnnounceWarningEvent[] {
  const withoutSubtype = services
    .map(({ cluster }) => cluster)
    .filter((cluster) => clusterSubtype(cluster) === undefined)
  return [...new Set(withoutSubtype)].map((cluster) => ({
    type: 'warning',
    code: 'mdns-announce-no-subtype',
    message: `the cluster name ${cluster} leaves no room for a subtype: a label of 63 octets has to hold it and "_"`,
  }))
}

/** Returns warnings for the services that cannot be announced on any of the interfaces. */
export function absenceWarnings(
  services: readonly AnnouncedService[],
  interfaces: readonly MulticastInterface[],
): readonly AnnounceWarningEvent[] {
  return services.flatMap(({ host }): readonly AnnounceWarningEvent[] => {
    if (host.kind === 'here' || interfaces.some((networkInterface) => addressesOn(networkInterface, host).length > 0))
      return []
    const message = `${escapeText(host.address)} cannot be announced on any of the interfaces: it means one of another link`
    return [{ type: 'warning', code: 'mdns-announce-nowhere', message }]
  })
}
