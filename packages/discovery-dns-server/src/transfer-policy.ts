import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { NameServerError } from './name-server-error.js'
import { quote } from './quote.js'
import { type KeyRing, keyNameOf, type SigningKey } from './tsig-key.js'

/**
 * Who may transfer the zone: everybody, nobody, or whoever matches an entry of a list: an IP address or a prefix
 * (`10.0.0.0/8`, `::1`), or the name of the key that signed the query, from wherever it comes.
 */
export type TransferPolicy = 'any' | 'none' | readonly (string | { readonly key: string })[]

/** Says whether a client may transfer the zone, by its IP address and the key that signed its query. */
export type TransferTest = (address: string, key: SigningKey | undefined) => boolean

/**
 * The test that a policy amounts to.
 *
 * @throws NameServerError `ERR_OPTION_INVALID` when the policy is none, or an entry is neither an address nor a prefix, nor
 * a key of the server.
 */
export function transferTest(policy: TransferPolicy, keys: KeyRing): TransferTest {
  if (policy === 'any') return () => true
  if (policy === 'none') return () => false
  if (!Array.isArray(policy))
    throw invalid(`allowTransfer is ${quote(policy)}, not 'any', 'none' or a list of addresses and keys`)
  const addresses = new BlockList()
  const allowedKeys = new Set<SigningKey>()
  for (const entry of policy) {
    if (isKeyEntry(entry)) allowedKeys.add(keyOf(entry.key, keys))
    else addEntry(addresses, entry)
  }
  return (address, key) => {
    if (key !== undefined && allowedKeys.has(key)) return true
    const [bare = ''] = address.split('%')
    return addresses.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4')
  }
}

function isKeyEntry(entry: unknown): entry is { readonly key: unknown } {
  return typeof entry === 'object' && entry !== null && 'key' in entry
}

function keyOf(name: unknown, keys: KeyRing): SigningKey {
  const key = keys.get(keyNameOf(name))
  if (key === undefined) throw invalid(`allowTransfer has the key ${quote(name)}, which is not among the keys`)
  return key
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
