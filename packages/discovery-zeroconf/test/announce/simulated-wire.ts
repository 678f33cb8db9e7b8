import { type Clock, seededRandom, simulatedClock } from '@pstorage/discovery-core'
import { type Message, readMessage } from '@pstorage/dns-message'
import { type Announcement, announceOn } from '../../src/announce/announce.js'
import type { AnnounceEvent } from '../../src/announce/announce-event.js'
import type { AnnounceOptions } from '../../src/announce/announce-options.js'
import type { AnsweringMedium, AnsweringPortOptions } from '../../src/announce/answering-port.js'
import type { HostInterface } from '../../src/host-interfaces.js'
import { familiesOf } from '../../src/multicast-family.js'
import type { Sender } from '../../src/read-response.js'
import { networkInterface } from '../simulated-medium.js'
import { recordLine } from './responder-scene.js'

/** What was sent on a simulated wire. */
export interface WireMessage {
  readonly at: number
  readonly from: string
  readonly to: Sender | undefined
  readonly bytes: Uint8Array
  readonly message: Message
  /** The answers, each as a short line. */
  readonly answers: readonly string[]
}

interface Ear {
  readonly address: string
  readonly hear: AnsweringPortOptions['hear']
  readonly failed: AnsweringPortOptions['failed']
}

/** A wire that every interface of every host hangs on: what one sends, all hear, the sender too. */
export function simulatedWire() {
  const clock = simulatedClock()
  const sent: WireMessage[] = []
  const ears = new Set<Ear>()
  const deliver = (bytes: Uint8Array, sender: Sender): void => {
    for (const { hear } of ears) hear(bytes, sender)
  }
  return {
    clock,
    sent,
    get openPorts() {
      return ears.size
    },
    /** Has somebody else say something to everybody. */
    say: (bytes: Uint8Array, sender: Sender = { address: '192.0.2.77', port: 5353 }) => deliver(bytes, sender),
    /** Breaks the ports of an address. */
    breakPorts(address: string, error: Error): void {
      for (const ear of [...ears]) if (ear.address === address) ear.failed(error)
    },
    host: (interfaces: () => readonly HostInterface[], faults: HostFaults = {}): AnsweringMedium => ({
      interfaces: async () => interfaces(),
      families: (place) => familiesOf(place),
      async open(place, family, { signal, port, hear, failed }) {
        signal.throwIfAborted()
        const error = faults.open?.(place.name, family.name)
        if (error !== undefined) throw error
        const address = family.name === 'IPv4' ? place.address : (place.ipv6 ?? '')
        const ear = { address, hear, failed }
        ears.add(ear)
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
          close: () => void ears.delete(ear),
        }
      },
    }),
  }
}

export interface HostFaults {
  /** What opening a port fails with. */
  readonly open?: (name: string, family: string) => Error | undefined
}

/** A host with one IPv4 address. */
export function oneInterface(address = '192.0.2.10', changes: Partial<HostInterface> = {}): () => HostInterface[] {
  return () => [networkInterface('eth0', address, changes)]
}

/** Announces in simulated time. */
export function announcing(
  { clock }: { readonly clock: Clock },
  medium: AnsweringMedium,
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
  // Looked at later; until then nobody waits for it.
  announcement.catch(() => undefined)
  return { announcement, events }
}
