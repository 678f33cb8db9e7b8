import { lookup } from 'node:dns/promises'
import {
  addressConcern,
  canonicalAddress,
  type Endpoint,
  escapeText,
  type QueryContext,
  quoteText,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { ListFault } from '../list/list-fault.js'
import type { ListHostEntry, ListReader } from '../list/list-reader.js'
import { formatPath, listSource } from '../list/list-source.js'
import { untilAborted } from '../list/read-list-file.js'
import type { WarningLog } from './bootstrap-warnings.js'

interface HostEndpointsContext {
  /** The file that the names are from. */
  readonly path: string
  /** The position of its directory among all directories. */
  readonly rank: number
  /** Set when the list was read for host names. */
  readonly lookup: HostLookup | undefined
  readonly warnings: WarningLog
}

// Each getaddrinfo takes one of the four threads of the default pool, and files are read with the others.
const lookupsAtOnce = 2

/**
 * Looks up the host names of a list, emits their endpoints in the order of the list, and returns the number of endpoints.
 *
 * A name without an address is a warning, also one without an answer in time, and never affects another.
 *
 * @throws ListFault when no entry of the list has an address.
 */
export async function emitHostEndpoints(
  { entries, hosts }: Pick<ListReader, 'entries' | 'hosts'>,
  query: QueryContext<ResolveEvent>,
  context: HostEndpointsContext,
): Promise<number> {
  const { signal } = query
  const { lookup } = context
  if (lookup === undefined || hosts.length === 0) return 0
  const search = new HostSearch(query, { ...context, lookup })
  const pending = new Set(hosts)
  const onTimeUp = (): void => {
    for (const host of pending) search.warnUnresolved(host, 'no answer came in time')
  }
  const queue = hosts.entries()
  const work = async (): Promise<void> => {
    for (const [index, host] of queue) {
      await search.lookUp(host, index)
      pending.delete(host)
    }
  }
  signal.throwIfAborted()
  // An event that a listener emits is still in time: the query ends after all listeners have run.
  signal.addEventListener('abort', onTimeUp, { once: true })
  try {
    await Promise.all(Array.from({ length: lookupsAtOnce }, work))
  } finally {
    signal.removeEventListener('abort', onTimeUp)
  }
  if (entries.length + search.count === 0) throw search.fault
  return search.count
}

class HostSearch {
  readonly #query: QueryContext<ResolveEvent>
  readonly #context: HostEndpointsContext & { readonly lookup: HostLookup }
  readonly #lookups = new Map<string, Promise<readonly string[]>>()
  /** The number of endpoints that were emitted. */
  count = 0
  /** The fault of the first name without an address. */
  fault = new ListFault('malformed', 'ERR_LIST_MALFORMED', 'none of the addresses of the list can be used')

  constructor(query: QueryContext<ResolveEvent>, context: HostEndpointsContext & { readonly lookup: HostLookup }) {
    this.#query = query
    this.#context = context
  }

  async lookUp(entry: ListHostEntry, index: number): Promise<void> {
    const { signal } = this.#query
    signal.throwIfAborted()
    try {
      const texts = await untilAborted(this.#addressesOf(entry.host), signal)
      const addresses = texts.map(canonicalAddress).filter((address) => address !== undefined)
      if (addresses.length === 0) throw new Error('there is none')
      for (const [position, address] of addresses.entries()) this.#emit(entry, address, [index, position])
    } catch (error) {
      signal.throwIfAborted()
      // A lookup of the caller may reject with anything.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ENOTFOUND'
      const reason = escapeText(error instanceof Error ? error.message : String(error))
      if (this.fault.status === 'malformed') this.fault = new ListFault('failed', code, reason)
      this.warnUnresolved(entry, reason)
    }
  }

  warnUnresolved(entry: ListHostEntry, reason: string): void {
    const message = `${this.#position(entry)}: no address of ${quoteText(entry.host)}: ${reason}`
    this.#context.warnings.add({ code: 'bootstrap-host-unresolved', message })
  }

  /** Looks up a name, once for all its entries. */
  #addressesOf(host: string): Promise<readonly string[]> {
    const key = host.toLowerCase()
    const known = this.#lookups.get(key)
    if (known !== undefined) return known
    const addresses = this.#context.lookup(host, this.#query.signal)
    this.#lookups.set(key, addresses)
    return addresses
  }

  #emit(entry: ListHostEntry, address: string, order: readonly [index: number, position: number]): void {
    const { path, rank, warnings } = this.#context
    const concern = addressConcern(address)
    if (concern !== undefined) {
      const isRefused = concern.level === 'refuse'
      const what = `${this.#position(entry)}: the address ${address} of ${quoteText(entry.host)} ${concern.reason}`
      const code = isRefused ? 'bootstrap-address-refused' : 'bootstrap-address-local'
      warnings.add({ code, message: isRefused ? `${what}; ignored` : what })
      if (isRefused) return
    }
    const { host, port, line, entriesBefore } = entry
    const endpoint: Endpoint = { address, port, host, priority: null, weight: null, ttl: null }
    const preference = [rank, entriesBefore - 1, ...order]
    this.#query.emit({ type: 'endpoint', ...endpoint, source: listSource(path, line), preference })
    this.count += 1
  }

  #position({ line, column }: ListHostEntry): string {
    return `${formatPath(this.#context.path)}:${line}:${column}`
  }
}

/**
 * Finds the IP addresses of a host name; best first. Rejects when there is none, or no answer. `signal` aborts when the
 * query is over; the answer is not awaited after that.
 */
export type HostLookup = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** Looks names up as other programs on this host do: by getaddrinfo, which knows /etc/hosts and the search domains. */
export const systemLookup: HostLookup = async (host) => {
  const results = await lookup(host, { all: true, verbatim: true })
  return results.map(({ address }) => address)
}
