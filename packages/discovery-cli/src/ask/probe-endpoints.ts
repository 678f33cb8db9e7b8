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
  /** Milliseconds for all of them, at the time when it is asked. */
  readonly timeLeft: () => number
  /** What may help where none can be reached. */
  readonly remedy: string | undefined
  /** Called before so many are tried. */
  readonly onTry: (count: number) => void
  /** Gets each event as it is to be shown: endpoints with how they answered. */
  readonly hear: (event: ResolveEvent & Partial<ProbeResult>) => Promise<void> | undefined
}

/** A report whose endpoints say how they answered. */
type ProbedReport = ResolveReport & { readonly endpoints: readonly (ResolvedEndpoint & ProbeResult)[] }

/**
 * Holds the endpoints of an answer back until it is over, and tries to connect to each.
 *
 * None is dropped: those that can be reached come first, otherwise the order stays. Where none can, a warning says so.
 */
export class EndpointProbe {
  readonly #options: EndpointProbeOptions
  readonly #held: EndpointEvent[] = []
  readonly #results = new Map<string, ProbeResult>()

  constructor(options: EndpointProbeOptions) {
    this.#options = options
  }

  /** Takes the events of the answer, one after the other. */
  async hear(event: ResolveEvent): Promise<void> {
    if (event.type === 'endpoint') {
      this.#held.push(event)
      return
    }
    if (event.type === 'end') await this.#tryAll()
    await this.#options.hear(event)
  }

  /** The whole answer with what has been found out. */
  applied(report: ResolveReport): ProbedReport {
    const endpoints = reachableFirst(report.endpoints.map((endpoint) => ({ ...endpoint, ...this.#resultOf(endpoint) })))
    const warnings = this.#isNoneReachable
      ? [...report.warnings, this.#noneReachable(report.endpoints.length)]
      : report.warnings
    return { ...report, endpoints, warnings }
  }

  async #tryAll(): Promise<void> {
    const { clock, signal, timeLeft, onTry, hear } = this.#options
    const places = [...new Map(this.#held.map((endpoint) => [formatEndpoint(endpoint), endpoint])).values()]
    if (places.length > 0) onTry(places.length)
    const results = await probe(places, { clock, signal, timeout: timeLeft() })
    for (const { reachable, latencyMs, error, ...place } of results) {
      this.#results.set(formatEndpoint(place), { reachable, latencyMs, error })
    }
    const shown = reachableFirst(this.#held.splice(0).map((event) => ({ ...event, ...this.#resultOf(event) })))
    for (const event of shown) await hear(event)
    if (this.#isNoneReachable) await hear({ type: 'warning', ...this.#noneReachable(places.length) })
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

  #resultOf(place: Pick<EndpointEvent, 'address' | 'port'>): ProbeResult {
    const result = this.#results.get(formatEndpoint(place))
    if (result === undefined) throw new Error('an endpoint was not probed')
    return result
  }
}

function reachableFirst<Kind extends ProbeResult>(endpoints: readonly Kind[]): readonly Kind[] {
  return endpoints.toSorted((a, b) => Number(b.reachable) - Number(a.reachable))
}
