import { isIPv4 } from 'node:net'

const mapped = '::ffff:'

/** The address of a client as it is written in a list: one that a dual-stack socket shows as `::ffff:192.0.2.1` is IPv4. */
export function plainAddress(address: string): string {
  const rest = address.startsWith(mapped) ? address.slice(mapped.length) : ''
  return isIPv4(rest) ? rest : address
}
