import { type Remedy, remedy } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { ZoneFacts } from './zone-facts.js'

/** A remedy of lines of the zone. */
export function zoneRemedy(
  { apex, domain }: Pick<ZoneFacts, 'apex' | 'domain'>,
  { text, replaces = null }: { readonly text: string; readonly replaces?: string | null },
): Remedy {
  return remedy({ kind: 'zone', place: nameToText(apex ?? domain), replaces, text })
}
