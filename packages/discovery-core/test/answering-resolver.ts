import {
  type AttemptStatus,
  type Clock,
  createResolver,
  type DiscoverEvent,
  parseClusterName,
  parseEndpoint,
  type QueryContext,
  type ResolveEvent,
  type Resolver,
  type Source,
} from '@pstorage/discovery-core'

/** A resolver that answers its questions one after the other from a list, the last answer again and again. */
export interface AnsweringResolver extends Resolver {
  /** When it was asked, in milliseconds of the clock. */
  readonly askedAt: number[]
  /** The subject of the query: a cluster, or `names`. */
  readonly asked: string[]
  /** The number of queries in flight. */
  readonly underWay: number
  /** From now on it gives these answers. */
  answers: readonly string[]
  /** Gives a hint to all who wait for one. */
  hint(): void
}

export interface AnsweringOptions {
  readonly clock: Clock
  readonly name?: string
  /** Milliseconds that an answer takes; default 10. */
  readonly delay?: number
  /** True if it gives hints. */
  readonly hints?: boolean
}

/**
 * Answers are `A,B` (endpoints, or names), `A,B/60` (with a TTL in seconds), `exists` (a cluster without endpoints),
 * `empty`, `empty/30` (a no that may be kept so long), `hangs` (no answer until the time is up), or another status.
 */
export function answeringResolver(answers: readonly string[], options: AnsweringOptions): AnsweringResolver {
  const { clock, name = 'dns', delay = 10, hints = false } = options
  const askedAt: number[] = []
  const asked: string[] = []
  const listeners = new Set<() => void>()
  let [next, underWay] = [0, 0]

  const answer = async (
    target: string,
    question: QueryContext<DiscoverEvent> | QueryContext<ResolveEvent>,
  ): Promise<void> => {
    askedAt.push(clock.now())
    asked.push(target)
    const text = backend.answers[Math.min(next, backend.answers.length - 1)] ?? 'empty'
    next += 1
    underWay += 1
    const attempt = question.startAttempt({ method: `${name}-srv`, target })
    try {
      await clock.sleep(text === 'hangs' ? 1e9 : delay, question.signal)
      const [what = '', seconds] = text.split('/')
      const ttl = seconds === undefined ? null : Number(seconds)
      const source: Source = { backend: name, method: `${name}-srv`, origin: name, ttl, authenticated: true }
      if (/^[a-z]/.test(what)) {
        const status = what === 'exists' ? 'empty' : (what as AttemptStatus)
        if (what === 'exists') question.emit({ type: 'cluster', name: parseClusterName('alpha'), source })
        const isAnswer = ['empty', 'silent', 'skipped'].includes(status)
        const error = isAnswer ? null : { code: 'TEST', message: `${status} on purpose` }
        return attempt.finish(status, { error, ...(status === 'empty' && ttl !== null && { negativeTtl: ttl }) })
      }
      for (const item of what.split(',')) {
        if (target === 'names') question.emit({ type: 'cluster', name: parseClusterName(item), source })
        else (question as QueryContext<ResolveEvent>).emit({ type: 'endpoint', ...endpointOf(item), ttl, source })
      }
      attempt.finish('found', { count: what.split(',').length })
    } finally {
      underWay -= 1
    }
  }

  const resolver = createResolver({
    name,
    clock,
    discover: (question) => answer('names', question),
    resolve: (cluster, question) => answer(cluster, question),
    ...(hints && {
      changes: async (_, { signal, hint }) => {
        listeners.add(hint)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        listeners.delete(hint)
      },
    }),
  })
  const backend: AnsweringResolver = Object.defineProperty(
    {
      ...resolver,
      ...{ askedAt, asked, underWay: 0 },
      answers,
      hint: () => {
        for (const listener of listeners) listener()
      },
    },
    'underWay',
    { get: () => underWay },
  )
  return backend
}

/** `A` is 192.0.2.1:2510. */
function endpointOf(item: string): ReturnType<typeof parseEndpoint> {
  return parseEndpoint(`192.0.2.${item.charCodeAt(0) - 64}`)
}

/** The letter of an address. */
export function itemOf({ address }: { readonly address: string }): string {
  return String.fromCharCode(64 + Number(address.slice('192.0.2.'.length)))
}
