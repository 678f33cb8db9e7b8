import { type Clock, systemClock } from '@pstorage/discovery-core'
import { type Name, RecordType, readHeader } from '@pstorage/dns-message'

import type { ListeningPlace } from '../listening-place.js'
import type { MulticastLink, MulticastMedium } from '../multicast-link.js'
import { writeMulticastQueries } from '../multicast-query.js'
import { multicastTrouble } from '../multicast-trouble.js'
import type { Sender } from '../read-response.js'

/** What everybody answers who speaks of services at all (RFC 6763 section 9). */
const ANY_SERVICE: Name = ['_services', '_dns-sd', '_udp', 'local']
/** Milliseconds between sends: datagrams may be lost. */
const SEND_INTERVAL = 250

/** What was heard on one interface. */
export interface LinkFacts {
  readonly place: ListeningPlace
  /** Why it could not be opened, or broke. */
  readonly trouble: { readonly code: string; readonly message: string } | undefined
  /** Why the port that everybody uses could not be had. */
  readonly refusal: string | undefined
  /** What keeps a part of it from working. */
  readonly notes: readonly string[]
  /** Whether our own question came back. */
  readonly isHeard: boolean
  /** The addresses that answered, ours among them. */
  readonly answerers: readonly string[]
}

/** How {@link linkFacts} listens. */
export interface LinkQuestion {
  readonly medium: MulticastMedium
  readonly port: number
  /** Milliseconds. */
  readonly time: number
  readonly clock?: Clock | undefined
  readonly signal: AbortSignal
}

/** Asks everybody on a link which services there are, and listens who answers and whether the question itself comes back. */
export async function linkFacts(place: ListeningPlace, question: LinkQuestion): Promise<LinkFacts> {
  const { medium, port, time, clock = systemClock } = question
  const over = new AbortController()
  const messages = writeMulticastQueries([{ name: ANY_SERVICE, type: RecordType.PTR }])
  const own = new Set(place.subnets.map((subnet) => bare(subnet.address)))
  const answerers = new Set<string>()
  let isHeard = false
  let trouble: unknown
  let link: MulticastLink | undefined
  const hear = (bytes: Uint8Array, { address }: Sender): void => {
    if (messages.some((message) => Buffer.compare(message, bytes) === 0)) isHeard ||= own.has(bare(address))
    else if (isResponse(bytes)) answerers.add(address)
  }
  try {
    link = await medium.open(place, {
      port,
      signal: over.signal,
      standIn: true,
      hear,
      failed: (error) => {
        trouble ??= error
      },
    })
    const endsAt = clock.now() + time
    while (clock.now() < endsAt && trouble === undefined) {
      for (const message of messages) link.send(message, (error) => (trouble ??= error ?? undefined))
      await clock.sleep(Math.min(SEND_INTERVAL, Math.max(endsAt - clock.now(), 1)), over.signal)
    }
    await link.catchUp()
  } catch (error) {
    question.signal.throwIfAborted()
    trouble ??= error
  } finally {
    link?.close()
    over.abort()
  }
  return {
    place,
    trouble: trouble === undefined ? undefined : multicastTrouble(place, trouble),
    refusal: link?.refusal?.message,
    notes: link?.notes ?? [],
    isHeard,
    answerers: [...answerers],
  }
}

/** Without the zone. */
function bare(address: string): string {
  return address.replace(/%.*$/, '')
}

function isResponse(bytes: Uint8Array): boolean {
  try {
    return readHeader(bytes).response
  } catch {
    return false
  }
}
