import type { Clock } from '@pstorage/discovery-core'
import { type Message, readMessage } from '@pstorage/dns-message'
import type { HostInterface } from '../src/link/host-interfaces.js'
import type { MulticastMedium } from '../src/link/multicast-link.js'

/** A message that was sent on a simulated interface. */
export interface SentMessage {
  readonly interfaceName: string
  readonly at: number
  readonly message: Message
}

/** The events of a simulated network. */
export interface SimulatedNetwork {
  readonly clock: Clock
  /** Default: `eth0` with 192.0.2.10/24. */
  readonly interfaces?: readonly HostInterface[]
  /** Which interfaces there are at a time, where they change. */
  readonly interfacesAt?: (now: number) => readonly HostInterface[]
  /** The time of day, where that is another one than that of the clock. */
  readonly timeOfDay?: (now: number) => number
  /** The datagrams that each interface, or one, receives: so many milliseconds after it was opened, these octets, from that address. */
  readonly incoming?: readonly (readonly [at: number, bytes: Uint8Array, from?: string | undefined, on?: string])[]
  /** The error of opening an interface. */
  readonly openError?: Error
  /** Why the shared port could not be had, where questions come from another one. */
  readonly refusal?: Error
  /** When the process is busy with something else: what arrives then is received after it, and after timers. */
  readonly busy?: { readonly from: number; readonly to: number }
  /** Why silence means nothing there, at a time. */
  readonly faultAt?: (now: number) => Error | undefined
  /** True if what is received was certainly sent to the group; default: that is not known. */
  readonly isToGroup?: boolean
  /** The error of sending the n-th message, from 0. */
  readonly sendError?: (index: number) => Error | undefined
  /** The error with which an open interface breaks, and the time. */
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
  const {
    clock,
    interfaces = [networkInterface('eth0', '192.0.2.10')],
    incoming = [],
    openError,
    breaks,
    busy,
  } = network
  const sent: SentMessage[] = []
  const state = { openLinks: 0 }
  const medium: MulticastMedium = {
    interfaces: async () => network.interfacesAt?.(clock.now()) ?? interfaces,
    timeOfDay: () => network.timeOfDay?.(clock.now()) ?? clock.now(),
    async open(networkInterface, { signal, port, onMessage, onError }) {
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
      const openedAt = clock.now()
      for (const [at, bytes, address = '192.0.2.21', on = networkInterface.name] of incoming) {
        const isBusy = busy !== undefined && openedAt + at > busy.from && openedAt + at <= busy.to
        if (on === networkInterface.name)
          later(isBusy ? busy.to - openedAt + 1 : at, () =>
            onMessage(bytes, { address, port, isToGroup: network.isToGroup }),
          )
      }
      if (breaks !== undefined) later(breaks.at, () => onError(breaks.error))
      return {
        send(message, done) {
          const error = network.sendError?.(sent.length) ?? null
          sent.push({ interfaceName: networkInterface.name, at: clock.now(), message: readMessage(message) })
          later(0, () => done(error))
        },
        refusal: network.refusal,
        get fault() {
          return network.faultAt?.(clock.now())
        },
        get isReceptionLost() {
          return network.faultAt?.(0) === undefined && network.faultAt?.(clock.now()) !== undefined
        },
        receivePending: async () => (busy === undefined ? undefined : clock.sleep(2)),
        close: () => closing.abort(),
      }
    },
  }
  return { medium, sent, state }
}
