import { systemClock } from '@pstorage/discovery-core'
import { hostInterfaces } from './host-interfaces.js'
import { familiesOf, type MulticastFamily, type MulticastInterface } from './multicast-interface.js'
import type { FamilyPort, LinkOptions, MulticastLink, MulticastMedium } from './multicast-link.js'
import { openOneShotPort } from './one-shot-port.js'
import { ReceptionCheck } from './reception-check.js'
import { openSharedPort } from './shared-port.js'
import { receivePending } from './wake-timer.js'

/**
 * Opens an interface over every IP version that it can multicast over. It is open when one of them is, and broken when
 * none works any more; a fault of the other is a note.
 */
async function openLink(networkInterface: MulticastInterface, options: LinkOptions): Promise<MulticastLink> {
  const families = familiesOf(networkInterface)
  const link = new DualStackLink()
  const openOne = async (family: MulticastFamily): Promise<CheckedPort | Error> => {
    const check = new ReceptionCheck(networkInterface, family.name, systemClock.now)
    const onMessage: LinkOptions['onMessage'] = (bytes, sender) => {
      link.received += 1
      check.received(sender)
      options.onMessage(bytes, sender)
    }
    const onError = (error: Error): void => {
      link.broken.set(family, error)
      if (link.broken.size === families.length) options.onError(error)
    }
    try {
      return { check, port: await openFamily(family, { ...options, onMessage, onError }) }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  const openings = await Promise.all(families.map(openOne))
  for (const [index, family] of families.entries()) {
    const opening = openings[index]
    if (opening instanceof Error) link.broken.set(family, opening)
    else if (opening !== undefined) link.ports.set(family, opening)
  }
  const [first] = link.broken.values()
  if (link.ports.size === 0) throw first ?? new Error('there is no address to multicast from')
  return link
}

/** The medium of this host. */
export const systemMedium: MulticastMedium = {
  interfaces: hostInterfaces,
  open: openLink,
  timeOfDay: Date.now,
}

async function openFamily(family: MulticastFamily, options: LinkOptions): Promise<FamilyPort> {
  try {
    return await openSharedPort(family, options)
  } catch (error) {
    if (options.fallback !== true || options.signal.aborted || !isPortRefused(error)) throw error
    return openOneShotPort(family, options, error)
  }
}

/** Tells whether another program holds the port exclusively, or this user may not have it. */
function isPortRefused(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

interface CheckedPort {
  readonly port: FamilyPort
  readonly check: ReceptionCheck
}

class DualStackLink implements MulticastLink {
  readonly ports = new Map<MulticastFamily, CheckedPort>()
  readonly broken = new Map<MulticastFamily, Error>()
  received = 0

  get notes(): readonly string[] {
    const unused = [...this.broken].map(([{ name }, { message }]) => `not over ${name}: ${message}`)
    return [...[...this.ports.values()].flatMap(({ port: { notes = [] } }) => notes), ...unused]
  }

  get refusal(): Error | undefined {
    const refusals = [...this.ports.values()].map(({ port }) => port.refusal)
    return refusals.includes(undefined) ? undefined : refusals[0]
  }

  get fault(): Error | undefined {
    const [first] = this.broken.values()
    const faults = [...this.ports.values()].map(({ port, check }) => port.refusal ?? check.fault)
    return first ?? faults.find((fault) => fault !== undefined)
  }

  get isReceptionLost(): boolean {
    return [...this.ports].some(([family, { check }]) => this.broken.has(family) || check.isLost)
  }

  send(message: Uint8Array, sent: (error: Error | null) => void): void {
    let waiting = this.ports.size
    let isSent = false
    for (const { port, check } of this.ports.values()) {
      port.send(message, (error) => {
        check.sent(error)
        waiting -= 1
        isSent ||= error === null
        if (waiting === 0) sent(isSent ? null : error)
      })
    }
  }

  receivePending(): Promise<void> {
    return receivePending(() => this.received)
  }

  close(): void {
    for (const { port } of this.ports.values()) port.close()
  }
}
