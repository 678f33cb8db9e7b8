import type { ListeningPlace } from '../listening-place.js'
import type { AnnouncedThere } from './announce-event.js'
import { type AnnouncedHost, type AnnouncedService, type NameNumbers, serviceText } from './service-claims.js'

/** Addresses of one host on one interface; a message has room for them. */
const ADDRESSES = 30

/** The addresses that a host has on an interface, without zone: what means something on another one alone is left out. */
export function addressesOn({ name, loopback, subnets }: ListeningPlace, host: AnnouncedHost): readonly string[] {
  if (host.kind === 'here') return subnets.map(({ address }) => address).slice(0, ADDRESSES)
  const [address = '', zone] = host.address.split('%')
  const isHere = zone === undefined || zone === name
  const isLoopback = address.startsWith('127.') || address === '::1'
  return isHere && (loopback || !isLoopback) ? [address] : []
}

/** What is announced on an interface. */
export function instancesOn(
  place: ListeningPlace,
  services: readonly AnnouncedService[],
  numbers: NameNumbers,
): readonly AnnouncedThere[] {
  return services.flatMap((service) => {
    const endpoints = addressesOn(place, service.host).map((address) => ({ address, port: service.port }))
    return endpoints.length === 0 ? [] : { cluster: service.cluster, name: serviceText(service, numbers), endpoints }
  })
}
