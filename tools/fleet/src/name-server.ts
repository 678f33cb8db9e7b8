import { type Clock, createResolver, parseEndpoint, type Random, type Resolver } from '@pstorage/discovery-core'

/** Behaviour of a simulated name server. */
export interface NameServerOptions {
  readonly clock: Clock
  readonly random: Random
  /** Seconds. */
  readonly ttl: number
  readonly addresses: readonly string[]
}

/** Milliseconds that an answer takes at most. */
const LATENCY = 20

/** A name server that all watches ask. While it is down it sends nothing, as behind a dead link. */
export class NameServer {
  isUp = true
  /** Times of the queries, in milliseconds of the clock. */
  readonly askedAt: number[] = []
  readonly #options: NameServerOptions

  constructor(options: NameServerOptions) {
    this.#options = options
  }

  /** A resolver of its own for each who asks, as each would have in a process of its own. */
  resolver(): Resolver {
    const { clock, random, ttl, addresses } = this.#options
    const source = { backend: 'dns', method: 'dns-srv', origin: 'the server', ttl, authenticated: false }
    const endpoints = addresses.map((address) => ({ ...parseEndpoint(address), ttl }))
    return createResolver({
      name: 'dns',
      clock,
      async discover({ startAttempt }) {
        startAttempt({ method: 'dns-srv', target: 'names' }).finish('skipped')
      },
      resolve: async (cluster, { startAttempt, emit, signal }) => {
        const asked = startAttempt({ method: 'dns-srv', target: cluster })
        this.askedAt.push(clock.now())
        await clock.sleep(this.isUp ? 1 + random.below(LATENCY) : Number.MAX_SAFE_INTEGER, signal)
        for (const endpoint of endpoints) emit({ type: 'endpoint', ...endpoint, source })
        asked.finish('found', { count: endpoints.length })
      },
    })
  }
}
