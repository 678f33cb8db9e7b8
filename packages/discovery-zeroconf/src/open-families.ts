import { setImmediate } from 'node:timers/promises'
import type { ListeningPlace } from './listening-place.js'
import { familiesOf, type MulticastFamily } from './multicast-family.js'
import type { LinkOptions, MulticastLink } from './multicast-link.js'
import { openOwnPort } from './open-own-port.js'
import { openSharedPort } from './open-shared-port.js'

/**
 * Opens an interface over every IP version that it can multicast over. It is open when one of them is, and broken when none
 * works any more; what is amiss with the other is a note.
 */
export async function openFamilies(place: ListeningPlace, options: LinkOptions): Promise<MulticastLink> {
  const families = familiesOf(place)
  const broken = new Map<MulticastFamily, Error>()
  const openOne = (family: MulticastFamily): Promise<MulticastLink> => {
    const failed = (error: Error): void => {
      broken.set(family, error)
      if (broken.size === families.length) options.failed(error)
    }
    return openFamily(family, { ...options, failed })
  }
  const openings = await Promise.allSettled(families.map(openOne))
  const links = new Map<MulticastFamily, MulticastLink>()
  for (const [index, family] of families.entries()) {
    const opening = openings[index]
    if (opening?.status === 'fulfilled') links.set(family, opening.value)
    else broken.set(family, asError(opening?.reason))
  }
  const [first] = broken.values()
  if (links.size === 0) throw first ?? new Error('there is no address to multicast from')
  return new FamiliesLink(links, broken)
}

async function openFamily(family: MulticastFamily, options: LinkOptions): Promise<MulticastLink> {
  try {
    return await openSharedPort(family, options)
  } catch (error) {
    if (options.standIn !== true || options.signal.aborted || !isPortRefused(error)) throw error
    return openOwnPort(family, options, error)
  }
}

/** Another program keeps the port to itself, or this user may not have it. */
function isPortRefused(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

class FamiliesLink implements MulticastLink {
  readonly #links: ReadonlyMap<MulticastFamily, MulticastLink>
  readonly #broken: ReadonlyMap<MulticastFamily, Error>

  constructor(links: ReadonlyMap<MulticastFamily, MulticastLink>, broken: ReadonlyMap<MulticastFamily, Error>) {
    this.#links = links
    this.#broken = broken
  }

  get notes(): readonly string[] {
    const unused = [...this.#broken].map(([{ name }, { message }]) => `not over ${name}: ${message}`)
    return [...[...this.#links.values()].flatMap(({ notes = [] }) => notes), ...unused]
  }

  get refusal(): Error | undefined {
    const refusals = [...this.#links.values()].map(({ refusal }) => refusal)
    return refusals.includes(undefined) ? undefined : refusals[0]
  }

  send(message: Uint8Array, sent: (error: Error | null) => void): void {
    let waiting = this.#links.size
    let isSent = false
    for (const link of this.#links.values()) {
      link.send(message, (error) => {
        waiting -= 1
        isSent ||= error === null
        if (waiting === 0) sent(isSent ? null : error)
      })
    }
  }

  async catchUp(): Promise<void> {
    await setImmediate()
  }

  close(): void {
    for (const link of this.#links.values()) link.close()
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
