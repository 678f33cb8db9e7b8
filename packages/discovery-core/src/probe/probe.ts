import { type Endpoint, formatEndpoint } from '../model/endpoint.js'
import { canonicalAddress } from '../model/ip-address.js'
import { allowManyListeners, stopped } from '../runtime/cancellation.js'
import { type Clock, systemClock } from '../runtime/clock.js'
import { DiscoveryError } from '../runtime/discovery-error.js'
import { checkedCount, checkedTime, checkOptionNames, isPort } from '../runtime/option-checks.js'
import { quoteText } from '../runtime/text.js'
import { type Connector, connectByTcp, type ProbeResult, tooLate } from './connect.js'

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** Ends it at once, and closes every socket; rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for all endpoints together; default 5,000. */
  readonly timeout?: number | undefined
  /** Milliseconds for one connection; default 1,500. */
  readonly connectTimeout?: number | undefined
  /** Number of connections that are tried at the same time; default 32. */
  readonly concurrency?: number | undefined
  /** Default: real time. */
  readonly clock?: Clock | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof ProbeOptions, 'list' | 'other'>> = {
  signal: 'other',
  timeout: 'other',
  connectTimeout: 'other',
  concurrency: 'other',
  clock: 'other',
}

/** An endpoint, and how it answers. */
export type ProbedEndpoint<Kind> = Kind & ProbeResult

/**
 * Tries a TCP connection to each endpoint, and closes it at once: nothing is sent.
 *
 * All of them come back, reachable ones first, otherwise in the order in which they were given. That an MDS accepts a
 * connection does not prove that it serves its cluster.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID` before anything is tried, `ERR_OPTION_INVALID`; `signal.reason` when
 * aborted.
 */
export async function probe<Kind extends Pick<Endpoint, 'address' | 'port'>>(
  endpoints: readonly Kind[],
  options: ProbeOptions = {},
): Promise<readonly ProbedEndpoint<Kind>[]> {
  return probeWith(connectByTcp, endpoints, options)
}

/** The same with any way to connect. */
export async function probeWith<Kind extends Pick<Endpoint, 'address' | 'port'>>(
  connect: Connector,
  endpoints: readonly Kind[],
  options: ProbeOptions,
): Promise<readonly ProbedEndpoint<Kind>[]> {
  checkOptionNames('probe', options, optionNames)
  const { signal, clock = systemClock } = options
  const timeout = checkedTime('timeout', options.timeout ?? 5_000)
  const connectTimeout = checkedTime('connectTimeout', options.connectTimeout ?? 1_500)
  const concurrency = checkedCount('concurrency', options.concurrency ?? 32)
  for (const endpoint of endpoints) checkEndpoint(endpoint)
  signal?.throwIfAborted()

  const over = new AbortController()
  allowManyListeners(over.signal)
  const onAbort = (): void => over.abort(stopped)
  if (signal !== undefined) allowManyListeners(signal).addEventListener('abort', onAbort)
  const endsAt = clock.now() + timeout
  const results: ProbeResult[] = []
  let next = 0

  const tryOne = async (endpoint: Kind): Promise<ProbeResult> => {
    const startedAt = clock.now()
    const time = Math.min(connectTimeout, endsAt - startedAt)
    if (over.signal.aborted || time <= 0) return unreachable
    const error = await connectInTime(connect, endpoint, time, over.signal, clock)
    const latencyMs = Math.round((clock.now() - startedAt) * 100) / 100
    return error === undefined ? { reachable: true, latencyMs, error: null } : { ...unreachable, error }
  }
  const tryNext = async (): Promise<void> => {
    for (let index = next; index < endpoints.length; index = next) {
      next += 1
      const endpoint = endpoints[index]
      if (endpoint !== undefined) results[index] = await tryOne(endpoint)
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, endpoints.length) }, tryNext))
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
  signal?.throwIfAborted()
  const probed = endpoints.map((endpoint, index) => Object.freeze({ ...endpoint, ...(results[index] ?? unreachable) }))
  return Object.freeze(probed.toSorted((a, b) => Number(b.reachable) - Number(a.reachable)))
}

const unreachable: ProbeResult = { reachable: false, latencyMs: null, error: tooLate }

async function connectInTime(
  connect: Connector,
  endpoint: Pick<Endpoint, 'address' | 'port'>,
  ms: number,
  over: AbortSignal,
  clock: Clock,
) {
  const late = new AbortController()
  const settled = new AbortController()
  const giveUp = (): void => late.abort(stopped)
  over.addEventListener('abort', giveUp)
  clock.sleep(ms, settled.signal).then(giveUp, () => {})
  try {
    return await connect(endpoint, late.signal)
  } finally {
    settled.abort(stopped)
    over.removeEventListener('abort', giveUp)
  }
}

function checkEndpoint(endpoint: Pick<Endpoint, 'address' | 'port'>): void {
  const { address, port } = endpoint
  const isAddress = typeof address === 'string' && canonicalAddress(address) !== undefined
  if (isAddress && isPort(port)) return
  const text = isAddress ? formatEndpoint(endpoint) : String(address)
  throw new DiscoveryError('ERR_ENDPOINT_INVALID', `only an IP address with a port can be probed: ${quoteText(text)}`)
}
