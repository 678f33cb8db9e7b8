import type { Source, Warning } from '@pstorage/discovery-core'
import { instanceText } from '../records/instance-cluster.js'
import type { MulticastQuestion } from '../records/multicast-question.js'
import type { CachedRecord } from '../records/record-cache.js'
import type { Instance } from '../records/service-directory.js'

/** Turns the instances of one interface into the events of a query. */
export interface InstanceReporter {
  /** Tells whether an instance belongs to the query, as far as it is known. */
  isWanted(instance: Instance): boolean
  /** Returns the questions for the missing records that the query needs. */
  missing(instance: Instance): readonly MulticastQuestion[]
  /** Emits the complete results of an instance, each once. */
  report(instance: Instance): void
  /** Emits the results of an instance that will not become complete: listening has ended. */
  reportIncomplete(instance: Instance): void
  readonly count: number
  /** True when an instance belongs to the query, even without a result. */
  readonly isKnown: boolean
}

/** The interface of a reporter, and its limit. */
export interface ReporterContext {
  /** The name of the interface. */
  readonly interface: string
  readonly loopback: boolean
  readonly results: number
  limitReached(): void
}

/** The name of this backend in sources and attempts. */
export const BACKEND = 'zeroconf'

/** The method of this backend in sources and attempts. */
export const METHOD = 'mdns'

/**
 * Returns the source of a result: the instance, the interface, and the address of the sender, which nothing
 * authenticates.
 *
 * @param label the instance, as on the wire
 * @param chain the records that the result was joined from; the first names the sender
 */
export function multicastSource(
  label: string,
  interfaceName: string,
  chain: readonly [CachedRecord, ...(CachedRecord | undefined)[]],
): Source {
  const origin = `${originOf(label, interfaceName)} from ${chain[0].sender}`
  const ttl = Math.min(...chain.flatMap((cached) => cached?.record.ttl ?? []))
  return { backend: BACKEND, method: METHOD, origin, ttl, authenticated: false }
}

/** Returns an instance and its interface, as text. */
export function originOf(label: string, interfaceName: string): string {
  return `${instanceText(label)} on ${interfaceName}`
}

/**
 * Warnings of the resolver.
 *
 * - `mdns-name-invalid`: an instance names no cluster; it is left out.
 * - `mdns-port-invalid`: an instance has port 0; it is left out.
 * - `mdns-address-invalid`: a host has an address where no server can be; the address is left out.
 * - `mdns-address-local`: a host has a loopback address, which every host takes for itself; it is used.
 * - `mdns-target-unresolved`: the host of an instance has no address record.
 * - `mdns-instance-conflict`: several hosts announce the same instance; all of them are used.
 * - `mdns-service-missing`: an instance has no SRV record.
 * - `mdns-answer-malformed`: an answer about metadata servers cannot be read.
 * - `mdns-limit`: more was received than a limit allows, and not all could be used.
 */
export type ZeroconfWarningCode =
  | 'mdns-name-invalid'
  | 'mdns-port-invalid'
  | 'mdns-address-invalid'
  | 'mdns-address-local'
  | 'mdns-target-unresolved'
  | 'mdns-instance-conflict'
  | 'mdns-service-missing'
  | 'mdns-answer-malformed'
  | 'mdns-limit'

/** A warning with one of these codes. */
export interface ZeroconfWarning extends Warning {
  readonly code: ZeroconfWarningCode
}
