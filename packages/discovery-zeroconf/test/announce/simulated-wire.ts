import { type Clock, seededRandom, simulatedClock } from '@pstorage/discovery-core'
import { type Message, readMessage } from '@pstorage/dns-message'
import { type Announcement, announceOn } from '../../src/announce/announce.js'
import type { AnnounceEvent } from '../../src/announce/announce-event.js'
import type { AnnounceOptions } from '../../src/announce/announce-options.js'
import type { HostInterface } from '../../src/link/host-interfaces.js'
import { familiesOf, type Sender } from '../../src/link/multicast-interface.js'
import type { ResponderMedium, ResponderPortOptions } from '../../src/link/responder-port.js'
import { networkInterface } from '../simulated-medium.js'
import { recordLine } from './responder-scene.js'

/** A datagram that was sent on a simulated wire. */
export interface WireMessage {
  readonly at: number
  readonly from: string
  readonly to: Sender | undefined
  readonly bytes: Uint8Array
  readonly message: Message
  /** The answers, each as a short line. */
  readonly answers: readonly string[]
}

interface Receiver {
  readonly address: string
  readonly receive: ResponderPortOptions['onMessage']
  readonly failed: ResponderPortOptions['onError']
}

/** A wire that every interface of every host hangs on: what one sends, all hear, the sender too. */
export function simulatedWire() {
  const clock = simulatedClock()
  const sent: WireMessage[] = []
  const receivers = new Set<Receiver>()
  const deliver = (bytes: Uint8Array, sender: Sender): void => {
    for (const { receive } of receivers) receive(bytes, sender)
  }
  return {
    clock,
    sent,
    get openPorts() {
      return receivers.size
    },
    /** Has another host say something to the group. */
    say: (bytes: Uint8Array, sender: Sender = { address: '192.0.2.77', port: 5353 }) => deliver(bytes, sender),
    /** Breaks the ports of an address. */
    breakPorts(address: string, error: Error): void {
      for (const receiver of [...receivers]) if (receiver.address === address) receiver.failed(error)
    },
    host: (interfaces: () => readonly HostInterface[], faults: HostFaults = {}): ResponderMedium => ({
      interfaces: async () => interfaces(),
      families: (networkInterface) => familiesOf(networkInterface),
      async open(networkInterface, family, { signal, port, onMessage, onError }) {
        signal.throwIfAborted()
        const error = faults.open?.(networkInterface.name, family.name)
        if (error !== undefined) throw error
        const address = family.name === 'IPv4' ? networkInterface.address : (networkInterface.ipv6 ?? '')
        const receiver = { address, receive: onMessage, failed: onError }
        receivers.add(receiver)
        return {
          send(bytes, to, done) {
            const message = readMessage(bytes)
            sent.push({ at: clock.now(), from: address, to, bytes, message, answers: message.answers.map(recordLine) })
            const after = async (): Promise<void> => {
              await clock.sleep(0)
              done(null)
              if (to === undefined) deliver(bytes, { address, port })
            }
            void after()
          },
          receivePending: async () => undefined,
          close: () => void receivers.delete(receiver),
        }
      },
    }),
  }
}

export interface HostFaults {
  /** The error of opening a port. */
  readonly open?: (name: string, family: string) => Error | undefined
}

/** A host with one IPv4 address. */
export function oneInterface(address = '192.0.2.10', changes: Partial<HostInterface> = {}): () => HostInterface[] {
  return () => [networkInterface('eth0', address, changes)]
}

/** Announces in simulated time. */
export function announcing(
  { clock }: { readonly clock: Clock },
  medium: ResponderMedium,
  { host = 'node1', seed = 1, ...options }: Partial<AnnounceOptions> & { host?: string; seed?: number } = {},
) {
  const events: AnnounceEvent[] = []
  const announcement: Promise<Announcement> = announceOn(medium, {
    clusters: [{ name: 'alpha', host }],
    clock,
    random: seededRandom(seed),
    onEvent: (event) => events.push(event),
    ...options,
  })
  // Looked at later; until then no host waits for it.
  announcement.catch(() => undefined)
  return { announcement, events }
}
