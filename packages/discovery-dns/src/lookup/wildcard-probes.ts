import type { Clock } from '@pstorage/discovery-core'
import { type Name, nameKey, type RecordData, RecordType } from '@pstorage/dns-message'
import { type RrsetAnswer, rrsetOf } from '../reply/rrset.js'
import { linkedAbort } from '../transport/connections.js'
import type { DnsContext } from './dns-context.js'

/** The label that is queried: no cluster name begins with a hyphen. It is always the same, so that resolvers cache the denial. */
const LABEL = '-no-such-cluster'
/** Milliseconds that a result waits for a probe that was sent before its own question, and is answered a moment later. */
const GRACE = 5
/** Milliseconds that a probe may take. */
const PATIENCE = 400
/** Seconds for which that is kept at least and at most. */
const [LEAST_TIME, MOST_TIME] = [30, 300]

const probeOver = new Error('the probe for a wildcard is over')

interface Probe {
  /** The SRV records of the name that no cluster has, each as a string; none without a wildcard, or without an answer. */
  readonly records: Promise<ReadonlySet<string>>
  /** The same, once they are known. */
  known: ReadonlySet<string> | undefined
  /** The time until which it is known, by the clock, in milliseconds; infinite while the question is under way. */
  until: number
}

/**
 * Finds the search domains with SRV records for every name, because of a wildcard (RFC 4592). Each is asked for a name that no
 * cluster has, beside the question for a cluster, and once for all clusters.
 */
export class WildcardProbes {
  readonly #clock: Clock
  readonly #known = new Map<string, Probe>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Asks a domain, unless its answer is known. {@link covers} has the answer if it comes in time. */
  ask(context: DnsContext, domain: Name): void {
    const key = nameKey(domain)
    const known = this.#known.get(key)
    if (known !== undefined && this.#clock.now() < known.until) return
    const records = this.#lookUp(context, domain).then((answer) => {
      // An end before the answer says nothing.
      if (context.query.cancellation.aborted) this.#known.delete(key)
      else probe.until = this.#clock.now() + timeOf(answer) * 1_000
      probe.known = textsOf(answer?.kind === 'found' ? answer.data : [])
      return probe.known
    })
    // A fault of ours is reported by the question that the probe goes with.
    records.catch(() => this.#known.delete(key))
    const probe: Probe = { records, known: undefined, until: Number.POSITIVE_INFINITY }
    this.#known.set(key, probe)
  }

  /** Returns true when a domain is known by now to have no records for every name. */
  isWithout(domain: Name): boolean {
    return this.#known.get(nameKey(domain))?.known?.size === 0
  }

  /**
   * Resolves to true when these records of a domain are known to be those that every name in it has. A result waits only a
   * moment for what can only add a warning.
   */
  async covers(context: DnsContext, domain: Name, records: readonly RecordData[]): Promise<boolean> {
    const probe = this.#known.get(nameKey(domain))
    if (probe === undefined) return false
    const everywhere = probe.known ?? (await this.#soon(probe, context.query))
    if (everywhere === undefined) return false
    const own = textsOf(records)
    return own.size > 0 && own.size === everywhere.size && [...own].every((text) => everywhere.has(text))
  }

  /** Waits a moment for the answer of a probe. */
  async #soon(
    { records }: Probe,
    { clock, cancellation }: DnsContext['query'],
  ): Promise<ReadonlySet<string> | undefined> {
    const over = linkedAbort(cancellation)
    const late = clock.sleep(GRACE, over.signal).catch(() => undefined)
    const known = await Promise.race([records, late.then(() => undefined)])
    over.abort(probeOver)
    return known
  }

  async #lookUp({ query, service, stub, settings }: DnsContext, domain: Name): Promise<RrsetAnswer | undefined> {
    const name = [...service, LABEL, ...domain]
    const question = { name, type: RecordType.SRV, anyDenial: true }
    const message = await stub.askAside(question, settings, { patience: PATIENCE, ending: query.cancellation })
    return message && rrsetOf(message, name, RecordType.SRV)
  }
}

/** Returns the seconds for which an answer is kept. */
function timeOf(answer: RrsetAnswer | undefined): number {
  const seconds = answer?.kind === 'found' ? answer.ttl : answer?.kind === 'none' ? answer.negativeTtl : LEAST_TIME
  return Math.min(Math.max(seconds ?? LEAST_TIME, LEAST_TIME), MOST_TIME)
}

/** Returns SRV records as texts that can be compared. */
function textsOf(records: readonly RecordData[]): ReadonlySet<string> {
  return new Set(
    records.flatMap((data) =>
      data.kind === 'SRV' ? [`${data.priority} ${data.weight} ${data.port} ${nameKey(data.target)}`] : [],
    ),
  )
}
