import {
  type Clock,
  type EndpointEvent,
  formatEndpoint,
  type ProbeResult,
  probe,
  type ResolvedEndpoint,
  type ResolveEvent,
  type ResolveReport,
  type Warning,
} from '@pstorage/discovery-core'

export interface EndpointProbeOptions {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  /** Returns the milliseconds that are left for all of them. */
  readonly timeLeft: () => number
  /** Added to the warning that none can be reached. */
  readonly remedy: string | undefined
  /** Called with the number of endpoints before they are tried. */
  readonly onStart: (count: number) => void
  /** Gets each event to print: endpoints with the result of their probe. */
  readonly onEvent: (event: ResolveEvent & Partial<ProbeResult>) => Promise<void> | undefined
}

/** A report with the results of probes. */
type ProbedReport = ResolveReport & { readonly endpoints: readonly (ResolvedEndpoint & ProbeResult)[] }

/**
 * Holds the endpoints of a query until it ends, and tries to connect to each.
 *
 * None is dropped: reachable ones come first, otherwise the order stays. Where none is reachable, there is a warning.
 */
export class EndpointProbe {
  readonly #options: EndpointProbeOptions
  readonly #held: EndpointEvent[] = []
  readonly #results = new Map<string, ProbeResult>()

  constructor(options: EndpointProbeOptions) {
    this.#options = options
  }

  /** Adds the next event of the query. */
  async add(event: ResolveEvent): Promise<void> {
    if (event.type === 'endpoint') {
      this.#held.push(event)
      return
    }
    if (event.type === 'end') await this.#tryAll()
    await this.#options.onEvent(event)
  }

  /** Returns the report with the results of the probes. */
  applyTo(report: ResolveReport): ProbedReport {
    const endpoints = reachableFirst(report.endpoints.map((endpoint) => ({ ...endpoint, ...this.#resultOf(endpoint) })))
    const warnings = this.#isNoneReachable
      ? [...report.warnings, this.#noneReachable(report.endpoints.length)]
      : report.warnings
    return { ...report, endpoints, warnings }
  }

  async #tryAll(): Promise<void> {
    const { clock, signal, timeLeft, onStart, onEvent } = this.#options
    const endpoints = [...new Map(this.#held.map((endpoint) => [formatEndpoint(endpoint), endpoint])).values()]
    if (endpoints.length > 0) onStart(endpoints.length)
    const results = await probe(endpoints, { clock, signal, timeout: timeLeft() })
    for (const { reachable, latencyMs, error, ...endpoint } of results) {
      this.#results.set(formatEndpoint(endpoint), { reachable, latencyMs, error })
    }
    const shown = reachableFirst(this.#held.splice(0).map((event) => ({ ...event, ...this.#resultOf(event) })))
    for (const event of shown) await onEvent(event)
    if (this.#isNoneReachable) await onEvent({ type: 'warning', ...this.#noneReachable(endpoints.length) })
  }

  get #isNoneReachable(): boolean {
    return this.#results.size > 0 && [...this.#results.values()].every(({ reachable }) => !reachable)
  }

  #noneReachable(count: number): Warning {
    const which = count === 1 ? 'the endpoint does not accept' : `none of the ${count} endpoints accepts`
    const { remedy } = this.#options
    const message = `${which} a TCP connection from here${remedy === undefined ? '' : `; ${remedy}`}`
    return { code: 'no-endpoint-reachable', message }
  }

  #resultOf(endpoint: Pick<EndpointEvent, 'address' | 'port'>): ProbeResult {
    const result = this.#results.get(formatEndpoint(endpoint))
    if (result === undefined) throw new Error('an endpoint was not probed')
    return result
  }
}

function reachableFirst<Kind extends ProbeResult>(endpoints: readonly Kind[]): readonly Kind[] {
  return endpoints.toSorted((a, b) => Number(b.reachable) - Number(a.reachable))
}
