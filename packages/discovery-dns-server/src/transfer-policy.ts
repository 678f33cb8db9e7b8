import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { NameServerError } from './name-server-error.js'
import { quote } from './quote.js'

/** Who may transfer the zone: everybody, nobody, or the listed IP addresses and prefixes (`10.0.0.0/8`, `::1`). */
export type TransferPolicy = 'any' | 'none' | readonly string[]

/**
 * A test for whether a client may transfer the zone, by its IP address.
 *
 * @throws NameServerError `ERR_OPTION_INVALID` when the policy is none, or an entry is neither an address nor a prefix.
 */
export function transferTest(policy: TransferPolicy): (address: string) => boolean {
  if (policy === 'any') return () => true
  if (policy === 'none') return () => false
  if (!Array.isArray(policy))
    throw invalid(`allowTransfer is ${quote(policy)}, not 'any', 'none' or a list of addresses`)
  const allowed = new BlockList()
  for (const entry of policy) addEntry(allowed, entry)
  return (address) => {
    const [bare = ''] = address.split('%')
    return allowed.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4')
  }
}

function addEntry(list: BlockList, entry: unknown): void {
  const text = String(entry)
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) && !address.includes('%') ? 'ipv6' : undefined
  const bits = family === 'ipv4' ? 32 : 128
  const prefix = slash < 0 ? String(bits) : text.slice(slash + 1)
  if (family === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > bits) {
    throw invalid(`allowTransfer has ${quote(entry)}, which is neither an IP address nor a prefix`)
  }
  list.addSubnet(address, Number(prefix), family)
}

function invalid(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}
