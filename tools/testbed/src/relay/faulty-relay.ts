import { formatEndpoint, seededRandom } from '@pstorage/discovery-core'
import { withFreePort } from '../free-port.js'
import type { LinkFaults, Relaying, RelayTarget } from './link-faults.js'
import { tcpRelay } from './tcp-relay.js'
import { udpRelay } from './udp-relay.js'

/** Options of {@link faultyRelay}. */
export interface FaultyRelayOptions {
  readonly target: RelayTarget
  readonly faults?: LinkFaults
  /** The same seed draws the same fates, in the order in which packets come. */
  readonly seed: number
}

/** A relay in front of a server, by UDP and by TCP on one port. */
export interface FaultyRelay extends AsyncDisposable {
  readonly address: string
  readonly port: number
  /** `address:port`, as options take it. */
  readonly server: string
  /** Faults of packets from now on; may be changed at any time. */
  faults: LinkFaults
  /** The server of new clients from now on. */
  target: RelayTarget
  /** Packets that came in, by either transport and in either direction. */
  readonly packets: number
  /** Those of them that were lost. */
  readonly lost: number
}

/** Starts a relay on loopback that loses, delays, doubles, reorders and corrupts what goes through it, by chance and by seed. */
export async function faultyRelay(options: FaultyRelayOptions): Promise<FaultyRelay> {
  const { faults = {}, seed } = options
  const address = '127.0.0.1'
  let { target } = options
  let [current, packets, lost] = [faults, 0, 0]
  const relaying: Relaying = {
    target: () => target,
    random: seededRandom(seed),
    faults: () => current,
    count(isLost) {
      packets += 1
      if (isLost) lost += 1
    },
  }
  const { port, parts } = await withFreePort(address, async (port) => {
    const tcp = await tcpRelay(relaying, { address, port })
    try {
      return { port, parts: [tcp, await udpRelay(relaying, { address, port })] }
    } catch (error) {
      await tcp.close()
      throw error
    }
  })
  return {
    address,
    port,
    server: formatEndpoint({ address, port }),
    get faults() {
      return current
    },
    set faults(next) {
      current = next
    },
    get target() {
      return target
    },
    set target(next) {
      target = next
    },
    get packets() {
      return packets
    },
    get lost() {
      return lost
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}
