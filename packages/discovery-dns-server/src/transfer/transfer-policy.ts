import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { TsigKey } from '@pstorage/dns-message/tsig'
import { type KeyRing, keyNameOf } from '../key-ring.js'
import { invalidOption, quote } from '../name-server-error.js'

/**
 * The clients that may transfer the zone: all, none, or those that match an entry of a list: an IP address or a prefix
 * (`10.0.0.0/8`, `::1`), or the name of the key that signed the query, from any address.
 */
export type TransferPolicy = 'any' | 'none' | readonly (string | { readonly key: string })[]

/** Decides if a client may transfer the zone, by its IP address and the key that signed its query. */
export type TransferTest = (address: string, key: TsigKey | undefined) => boolean

/**
 * Compiles a policy to a test.
 *
 * @throws NameServerError `ERR_OPTION_INVALID` for an invalid policy or an entry that is neither an address, a prefix nor a
 * key of the server.
 */
export function transferTest(policy: TransferPolicy, keys: KeyRing): TransferTest {
  if (policy === 'any') return () => true
  if (policy === 'none') return () => false
  if (!Array.isArray(policy))
    throw invalidOption(`allowTransfer is ${quote(policy)}, not 'any', 'none' or a list of addresses and keys`)
  const addresses = new BlockList()
  const allowedKeys = new Set<TsigKey>()
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

function keyOf(name: unknown, keys: KeyRing): TsigKey {
  const key = keys.get(keyNameOf(name))
  if (key === undefined) throw invalidOption(`allowTransfer has the key ${quote(name)}, which is not among the keys`)
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
    throw invalidOption(`allowTransfer has ${quote(entry)}, which is neither an IP address nor a prefix`)
  }
  list.addSubnet(address, Number(prefix), family)
}
