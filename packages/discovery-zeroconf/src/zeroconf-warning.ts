import type { Warning } from '@pstorage/discovery-core'

/**
 * What the resolver warns of.
 *
 * - `mdns-name-invalid`: an instance names no cluster; it is left out.
 * - `mdns-port-invalid`: an instance has port 0; it is left out.
 * - `mdns-address-invalid`: a host has an address where no server can be; the address is left out.
 * - `mdns-address-local`: a host has a loopback address, which every host takes for itself; it is used.
 * - `mdns-target-unresolved`: nobody told an address of the host of an instance.
 * - `mdns-instance-conflict`: several hosts say that they are the same instance; all of them are used.
 * - `mdns-service-missing`: nobody told where an instance listens.
 * - `mdns-answer-malformed`: an answer about metadata servers cannot be read.
 * - `mdns-limit`: more was heard than a limit allows, and not all could be used.
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
