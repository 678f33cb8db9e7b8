import type { Clock } from '@pstorage/discovery-core'
import { type Message, readMessage } from '@pstorage/dns-message'
import type { HostInterface } from '../src/host-interfaces.js'
import type { MulticastMedium } from '../src/multicast-link.js'

/** A message that was sent on a simulated interface. */
export interface SentMessage {
  readonly place: string
  readonly at: number
  readonly message: Message
}

/** What goes on on a simulated network. */
export interface SimulatedNetwork {
  readonly clock: Clock
  /** Default: `eth0` with 192.0.2.10/24. */
  readonly interfaces?: readonly HostInterface[]
  /** Which interfaces there are at a time, where they change. */
  readonly interfacesAt?: (now: number) => readonly HostInterface[]
  /** The time of day, where that is another one than that of the clock. */
  readonly timeOfDay?: (now: number) => number
  /** What is heard on each interface, or on one: so many milliseconds after it was opened, these octets, from that address. */
  readonly heard?: readonly (readonly [at: number, bytes: Uint8Array, from?: string | undefined, on?: string])[]
  /** What opening an interface fails with. */
  readonly openError?: Error
  /** Why the shared port could not be had, where questions come from another one. */
  readonly refusal?: Error
  /** What sending the n-th message fails with, from 0. */
  readonly sendError?: (index: number) => Error | undefined
  /** What an open interface breaks with, and when. */
  readonly breaks?: { readonly at: number; readonly error: Error }
}

/** A simulated network, and what is seen on it. */
export interface SimulatedMedium {
  readonly medium: MulticastMedium
  readonly sent: readonly SentMessage[]
  readonly state: { readonly openLinks: number }
}

/** A network interface that can multicast. */
export function networkInterface(name: string, address: string, changes: Partial<HostInterface> = {}): HostInterface {
  const ipv4 = [{ address, netmask: '255.255.255.0' }]
  return { name, loopback: false, up: true, multicast: true, ipv4, ...changes }
}

export function simulatedMedium(network: SimulatedNetwork): SimulatedMedium {
  const { clock, interfaces = [networkInterface('eth0', '192.0.2.10')], heard = [], openError, breaks } = network
  const sent: SentMessage[] = []
  const state = { openLinks: 0 }
  const medium: MulticastMedium = {
    interfaces: async () => network.interfacesAt?.(clock.now()) ?? interfaces,
    timeOfDay: () => network.timeOfDay?.(clock.now()) ?? clock.now(),
    async open(place, { signal, port, hear, failed }) {
      if (openError !== undefined) throw openError
      signal.throwIfAborted()
      const closing = new AbortController()
      const isOver = AbortSignal.any([signal, closing.signal])
      state.openLinks += 1
      isOver.addEventListener('abort', () => {
        state.openLinks -= 1
      })
      const later = (ms: number, then: () => void): void => {
        clock.sleep(ms, AbortSignal.any([isOver])).then(then, () => undefined)
      }
      for (const [at, bytes, address = '192.0.2.21', on = place.name] of heard) {
        if (on === place.name) later(at, () => hear(bytes, { address, port }))
      }
      if (breaks !== undefined) later(breaks.at, () => failed(breaks.error))
      return {
        send(message, done) {
          const error = network.sendError?.(sent.length) ?? null
          sent.push({ place: place.name, at: clock.now(), message: readMessage(message) })
          later(0, () => done(error))
        },
        refusal: network.refusal,
        catchUp: async () => undefined,
        close: () => closing.abort(),
      }
    },
  }
  return { medium, sent, state }
}
