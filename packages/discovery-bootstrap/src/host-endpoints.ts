import {
  addressConcern,
  canonicalAddress,
  type Endpoint,
  escapeText,
  type Question,
  quoteText,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import type { HostLookup } from './host-lookup.js'
import { ListFault } from './list-fault.js'
import type { ListReader, PlacedHost } from './list-reader.js'
import { listSource, shownPath } from './list-source.js'
import { untilAborted } from './until-aborted.js'
import type { WarningLog } from './warning-log.js'

/** What {@link emitHostEndpoints} works with. */
export interface HostEndpointsContext {
  /** The file that the names are from. */
  readonly path: string
  /** Where its directory stands among all of them. */
  readonly rank: number
  /** Set where the list was read for host names. */
  readonly lookup: HostLookup | undefined
  readonly warnings: WarningLog
}

// getaddrinfo takes a thread each, and reading files needs some of the four that there are by default.
const lookupsAtOnce = 2

/**
 * Looks up the host names of a list, emits what they stand for, each in its place in the order of the list, and says how
 * many endpoints that are.
 *
 * A name without an address is a warning, also one that is not answered when the time is up, and never costs another.
 *
 * @throws ListFault when nothing in the list has an address.
 */
export async function emitHostEndpoints(
  { entries, hosts }: Pick<ListReader, 'entries' | 'hosts'>,
  question: Question<ResolveEvent>,
  context: HostEndpointsContext,
): Promise<number> {
  const { signal } = question
  const { lookup } = context
  if (lookup === undefined || hosts.length === 0) return 0
  const search = new HostSearch(question, { ...context, lookup })
  const open = new Set(hosts)
  const onTimeUp = (): void => {
    for (const host of open) search.warnUnresolved(host, 'no answer came in time')
  }
  const queue = hosts.entries()
  const work = async (): Promise<void> => {
    for (const [index, host] of queue) {
      await search.lookUp(host, index)
      open.delete(host)
    }
  }
  signal.throwIfAborted()
  // What is emitted by a listener is still in time: the question ends after all of them have run.
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
  readonly #question: Question<ResolveEvent>
  readonly #context: HostEndpointsContext & { readonly lookup: HostLookup }
  readonly #lookups = new Map<string, Promise<readonly string[]>>()
  /** How many endpoints were emitted. */
  count = 0
  /** Why the first name without an address has none. */
  fault = new ListFault('malformed', 'ERR_LIST_MALFORMED', 'none of the addresses of the list can be used')

  constructor(question: Question<ResolveEvent>, context: HostEndpointsContext & { readonly lookup: HostLookup }) {
    this.#question = question
    this.#context = context
  }

  async lookUp(placed: PlacedHost, index: number): Promise<void> {
    const { signal } = this.#question
    signal.throwIfAborted()
    try {
      const found = await untilAborted(this.#addressesOf(placed.host), signal)
      const addresses = found.map(canonicalAddress).filter((address) => address !== undefined)
      if (addresses.length === 0) throw new Error('there is none')
      for (const [place, address] of addresses.entries()) this.#emit(placed, address, [index, place])
    } catch (error) {
      signal.throwIfAborted()
      // Whatever a lookup rejects with, there is no address.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ENOTFOUND'
      const reason = escapeText(error instanceof Error ? error.message : String(error))
      if (this.fault.status === 'malformed') this.fault = new ListFault('failed', code, reason)
      this.warnUnresolved(placed, reason)
    }
  }

  warnUnresolved(placed: PlacedHost, reason: string): void {
    const message = `${this.#place(placed)}: no address of ${quoteText(placed.host)}: ${reason}`
    this.#context.warnings.add({ code: 'bootstrap-host-unresolved', message })
  }

  /** Each name is looked up once, however often the list has it. */
  #addressesOf(host: string): Promise<readonly string[]> {
    const key = host.toLowerCase()
    const known = this.#lookups.get(key)
    if (known !== undefined) return known
    const found = this.#context.lookup(host, this.#question.signal)
    this.#lookups.set(key, found)
    return found
  }

  #emit(placed: PlacedHost, address: string, order: readonly [index: number, place: number]): void {
    const { path, rank, warnings } = this.#context
    const concern = addressConcern(address)
    if (concern !== undefined) {
      const refused = concern.level === 'refuse'
      const what = `${this.#place(placed)}: the address ${address} of ${quoteText(placed.host)} ${concern.reason}`
      const code = refused ? 'bootstrap-address-refused' : 'bootstrap-address-local'
      warnings.add({ code, message: refused ? `${what}; ignored` : what })
      if (refused) return
    }
    const { host, port, line, entriesBefore } = placed
    const endpoint: Endpoint = { address, port, host, priority: null, weight: null, ttl: null }
    const preference = [rank, entriesBefore - 1, ...order]
    this.#question.emit({ type: 'endpoint', ...endpoint, source: listSource(path, line), preference })
    this.count += 1
  }

  #place({ line, column }: PlacedHost): string {
    return `${shownPath(this.#context.path)}:${line}:${column}`
  }
}
