import { formatEndpoint } from '../model/endpoint.js'
import { allowManyListeners } from '../runtime/cancellation.js'
import { type Clock, systemClock } from '../runtime/clock.js'
import { checkedCount, checkedTime, checkOptionNames } from '../runtime/option-checks.js'
import { askMds, isSameAddress, type MasterLocator, type MdsAddress, type MdsReply } from './ask-mds.js'

/** Options of {@link locateMaster}. */
export interface LocateMasterOptions {
  /** Ends it at once; rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for everything; default 5,000. */
  readonly timeout?: number | undefined
  /** Milliseconds for one MDS; default 1,500. */
  readonly askTimeout?: number | undefined
  /** Number of times advice is followed; default 8. */
  readonly hopLimit?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof LocateMasterOptions, 'list' | 'other'>> = {
  signal: 'other',
  timeout: 'other',
  askTimeout: 'other',
  hopLimit: 'other',
  clock: 'other',
}

/**
 * Reason why no master was found.
 *
 * - `no-master`: those who answered know of none, or of none that says so of itself
 * - `loop`: those who do know of one name each other
 * - `hop-limit`: advice was followed as often as is allowed
 * - `timeout`: the time is up
 * - `unreachable`: no MDS gave an answer that can be used, or the one did not who was named as the master
 */
export type NoMasterReason = 'no-master' | 'loop' | 'hop-limit' | 'timeout' | 'unreachable'

/** Result of {@link locateMaster}. */
export interface MasterLocation {
  /** The MDS that says of itself that it is the master; `null` when none does. */
  readonly master: MdsAddress | null
  /** `null` when there is a master. */
  readonly reason: NoMasterReason | null
  /** Every MDS of the cluster: as the master says, else all that any of them has named. */
  readonly mds: readonly MdsAddress[]
  /** Number of times advice was followed. */
  readonly hops: number
  /** The replies, in the order in which the MDS were asked. */
  readonly replies: readonly MdsReply[]
}

/**
 * Finds the master of a cluster by following the advice of its metadata servers, each of which is asked once.
 *
 * The endpoints are asked in their order, best first. Whom one of them names as the master is asked next, since only the
 * master itself knows that it is. Advice that leads back to who was asked before is not followed: then the next endpoint
 * is asked, and at last those that were only named.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; `signal.reason` when aborted.
 */
export async function locateMaster(
  locator: MasterLocator,
  endpoints: readonly MdsAddress[],
  options: LocateMasterOptions = {},
): Promise<MasterLocation> {
  checkOptionNames('locateMaster', options, optionNames)
  const { signal, clock = systemClock } = options
  const endsAt = clock.now() + checkedTime('timeout', options.timeout ?? 5_000)
  const askTimeout = checkedTime('askTimeout', options.askTimeout ?? 1_500)
  const search = new MasterSearch(endpoints, checkedCount('hopLimit', options.hopLimit ?? 8, 0))
  signal?.throwIfAborted()
  const wanted = signal === undefined ? new AbortController().signal : allowManyListeners(signal)

  for (let next = search.next(); next !== undefined; next = search.next()) {
    const timeout = Math.min(askTimeout, endsAt - clock.now())
    if (timeout <= 0) return search.location('timeout')
    const { reply, mds } = await askMds(locator, next, { signal: wanted, timeout, clock })
    signal?.throwIfAborted()
    search.add(reply, mds)
  }
  return search.location()
}

/** State of a search: the replies so far, the masters that they named, and the MDS to ask next. */
class MasterSearch {
  readonly #endpoints: MdsAddress[]
  readonly #hopLimit: number
  readonly #replies: MdsReply[] = []
  readonly #met = new Set<string>()
  readonly #named = new Map<string, MdsAddress>()
  #advised: MdsAddress | undefined
  #master: MdsAddress | null = null
  /** True if the one who is asked now was named as the master. */
  #isNamed = false
  #obstacle: 'loop' | 'hop-limit' | 'unreachable' | undefined
  #hops = 0

  constructor(endpoints: readonly MdsAddress[], hopLimit: number) {
    this.#endpoints = endpoints.map(({ address, port }) => ({ address, port }))
    this.#hopLimit = hopLimit
  }

  next(): MdsAddress | undefined {
    if (this.#master !== null) return undefined
    const named = this.#hop(this.#advised)
    const next = named ?? this.#firstUnmet(this.#endpoints) ?? this.#hop(this.#firstNamed())
    this.#advised = undefined
    this.#isNamed = named !== undefined
    if (next !== undefined) this.#met.add(formatEndpoint(next))
    return next
  }

  add(reply: MdsReply, mds: readonly MdsAddress[]): void {
    this.#replies.push(reply)
    const { endpoint, master, bootstrapOnly, error } = reply
    if (error !== null && this.#isNamed) this.#obstacle ??= 'unreachable'
    const saysItIs = master !== null && isSameAddress(master, endpoint)
    if (saysItIs && !bootstrapOnly) {
      this.#master = endpoint
      this.#named.clear()
    }
    for (const one of mds) this.#named.set(formatEndpoint(one), one)
    if (master === null || saysItIs) return
    if (this.#met.has(formatEndpoint(master))) this.#obstacle ??= 'loop'
    else this.#advised = master
  }

  location(reason?: NoMasterReason): MasterLocation {
    return Object.freeze({
      master: this.#master,
      reason: this.#master === null ? (reason ?? this.#reason()) : null,
      mds: Object.freeze([...this.#named.values()]),
      hops: this.#hops,
      replies: Object.freeze([...this.#replies]),
    })
  }

  #reason(): NoMasterReason {
    if (this.#obstacle !== undefined) return this.#obstacle
    return this.#replies.every(({ error }) => error !== null) ? 'unreachable' : 'no-master'
  }

  /** Follows advice, unless that was done often enough. */
  #hop(address: MdsAddress | undefined): MdsAddress | undefined {
    if (address === undefined) return undefined
    if (this.#hops >= this.#hopLimit) {
      this.#obstacle = 'hop-limit'
      return undefined
    }
    this.#hops += 1
    return address
  }

  #firstNamed(): MdsAddress | undefined {
    return this.#firstUnmet([...this.#named.values()])
  }

  #firstUnmet(addresses: readonly MdsAddress[]): MdsAddress | undefined {
    return addresses.find((address) => !this.#met.has(formatEndpoint(address)))
  }
}
