import { escapeText } from '@pstorage/discovery-core'
import type { ListeningPlace } from '../listening-place.js'
import { addressesOn } from './addresses-on.js'
import type { AnnounceWarningEvent } from './announce-event.js'
import { type AnnouncedService, subtypeName } from './service-claims.js'

/** What can be said against services before anything is sent. */
export function serviceWarnings(services: readonly AnnouncedService[]): readonly AnnounceWarningEvent[] {
  const withoutSubtype = services.map(({ cluster }) => cluster).filter((cluster) => subtypeName(cluster) === undefined)
  return [...new Set(withoutSubtype)].map((cluster) => ({
    type: 'warning',
    code: 'mdns-announce-no-subtype',
    message: `the cluster name ${cluster} leaves no room for a subtype: a label of 63 octets has to hold it and "_"`,
  }))
}

/** The services that cannot be announced on any of the interfaces that there are. */
export function absenceWarnings(
  services: readonly AnnouncedService[],
  places: readonly ListeningPlace[],
): readonly AnnounceWarningEvent[] {
  return services.flatMap(({ host }): readonly AnnounceWarningEvent[] => {
    if (host.kind === 'here' || places.some((place) => addressesOn(place, host).length > 0)) return []
    const message = `${escapeText(host.address)} cannot be announced on any of the interfaces: it means one of another link`
    return [{ type: 'warning', code: 'mdns-announce-nowhere', message }]
  })
}
