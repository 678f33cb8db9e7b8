import type { Source } from '@pstorage/discovery-core'
import { instanceText } from './instance-cluster.js'
import type { MulticastRecord } from './multicast-record.js'
import type { Told } from './record-cache.js'

/** The name of this backend in sources and attempts. */
export const BACKEND = 'zeroconf'

/** How this backend asks. */
export const METHOD = 'mdns'

/**
 * Who said a result: the instance, the interface, and the address that its sender claims to have; nothing proves it.
 *
 * @param label the instance, as on the wire
 * @param chain the records that the result was joined from, the one that names the sender first
 */
export function multicastSource(label: string, place: string, chain: readonly [Told, ...Told[]]): Source {
  const origin = `${originOf(label, place)} from ${chain[0].sender}`
  return { backend: BACKEND, method: METHOD, origin, ttl: shortestTtl(chain), authenticated: false }
}

/** An instance and its interface, for people. */
export function originOf(label: string, place: string): string {
  return `${instanceText(label)} on ${place}`
}

function shortestTtl(chain: readonly Told<MulticastRecord>[]): number {
  return Math.min(...chain.map(({ record }) => record.ttl))
}
