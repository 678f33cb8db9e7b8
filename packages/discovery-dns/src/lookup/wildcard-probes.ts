import { type Clock, randomOctets } from '@pstorage/discovery-core'
import { type Name, nameKey, type RecordData, RecordType } from '@pstorage/dns-message'
import { linkedAbort } from '../transport/connections.js'
import { type DnsContext, lookUpIn } from './dns-context.js'
import type { Lookup } from './lookup.js'

/** Milliseconds that an answer which is there waits for what is known about its domain. */
const PATIENCE = 400
/** Seconds for which that is kept at least and at most. */
const [LEAST_TIME, MOST_TIME] = [30, 300]
/** Random octets in a label that is in no zone. */
const LABEL_OCTETS = 12

const probeOver = new Error('the probe for a wildcard is over')

interface KnownDomain {
  /** The SRV records of a name that was made up, each as a string; none where there is no wildcard, or no answer. */
  readonly records: Promise<ReadonlySet<string>>
  /** True if it is known that there are none. */
  hasNone: boolean
  /** By the clock, in milliseconds; infinite while the question is under way. */
  until: number
}

/**
 * Knows the search domains with SRV records for every name, because of a wildcard (RFC 4592). Such a domain is asked for a name that
 * cannot have been chosen, once for all clusters, and only after it has given records for some cluster.
 */
export class WildcardProbes {
  readonly #clock: Clock
  readonly #known = new Map<string, KnownDomain>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns whether a domain is known by now not to have records for every name. */
  isWithout(domain: Name): boolean {
    const known = this.#known.get(nameKey(domain))
    return known?.hasNone === true && this.#clock.now() < known.until
  }

  /** Returns whether these records of a domain are those that every name in it has. No, as far as one knows, where there is no answer that soon. */
  async covers(context: DnsContext, domain: Name, records: readonly RecordData[]): Promise<boolean> {
    const key = nameKey(domain)
    const known = this.#known.get(key)
    const current = known !== undefined && this.#clock.now() < known.until ? known : this.#learn(context, domain, key)
    const everywhere = await current.records
    const own = textsOf(records)
    return own.size > 0 && own.size === everywhere.size && [...own].every((text) => everywhere.has(text))
  }

  #learn(context: DnsContext, domain: Name, key: string): KnownDomain {
    const records = this.#ask(context, domain).then((lookup) => {
      // Who went away before the answer has learned nothing.
      if (context.query.cancellation.aborted) this.#known.delete(key)
      else learned.until = this.#clock.now() + timeOf(lookup) * 1_000
      const texts = textsOf(lookup.kind === 'found' ? lookup.rrset.data : [])
      learned.hasNone = texts.size === 0
      return texts
    })
    const learned: KnownDomain = { records, hasNone: false, until: Number.POSITIVE_INFINITY }
    this.#known.set(key, learned)
    return learned
  }

  async #ask(context: DnsContext, domain: Name): Promise<Lookup> {
    const { clock, cancellation } = context.query
    const over = linkedAbort(cancellation)
    const label = `no-such-cluster-${Buffer.from(randomOctets(LABEL_OCTETS)).toString('hex')}`
    const name = [...context.service, label, ...domain]
    clock.sleep(PATIENCE, over.signal).then(
      () => over.abort(probeOver),
      () => {},
    )
    try {
      // That there is no such name (NXDOMAIN) settles it for all types; only otherwise is there more to ask.
      const anything = await lookUpIn(context, { name, type: RecordType.SOA, anyDenial: true }, over.ending)
      if (anything.kind === 'empty' && anything.why === 'NXDOMAIN') return anything
      return await lookUpIn(context, { name, type: RecordType.SRV, anyDenial: true }, over.ending)
    } finally {
      over.abort(probeOver)
    }
  }
}

/** Seconds for which a look-up is kept. */
function timeOf(lookup: Lookup): number {
  const seconds = lookup.kind === 'found' ? lookup.rrset.ttl : lookup.kind === 'empty' ? lookup.negativeTtl : LEAST_TIME
  return Math.min(Math.max(seconds ?? LEAST_TIME, LEAST_TIME), MOST_TIME)
}

/** SRV records that can be compared. */
function textsOf(records: readonly RecordData[]): ReadonlySet<string> {
  return new Set(
    records.flatMap((data) =>
      data.kind === 'SRV' ? [`${data.priority} ${data.weight} ${data.port} ${nameKey(data.target)}`] : [],
    ),
  )
}
