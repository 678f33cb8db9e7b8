import {
  type AttemptStatus,
  type Clock,
  type ClusterName,
  createResolver,
  parseClusterName,
  parseEndpoint,
  type Resolver,
  type Source,
} from '@pstorage/discovery-core'

/** One thing that a simulated resolver does, so many milliseconds after it was asked. */
export type Step =
  | readonly [at: number, 'endpoint', text: string]
  | readonly [at: number, 'cluster', name: string]
  | readonly [at: number, 'end', status: AttemptStatus]

/** A resolver that follows a script in simulated time, and remembers when it was asked and let go. */
export interface SimulatedResolver extends Resolver {
  readonly askedAt: number[]
  readonly releasedAt: number[]
}

export function simulatedResolver(name: string, clock: Clock, script: readonly Step[]): SimulatedResolver {
  const askedAt: number[] = []
  const releasedAt: number[] = []
  const source: Source = { backend: name, method: 'simulated', origin: name, ttl: null, authenticated: false }

  const resolver = createResolver({
    name,
    clock,
    discover: (question) => follow(question),
    resolve: (_: ClusterName, question) => follow(question),
  })
  return { ...resolver, askedAt, releasedAt }

  async function follow(question: Parameters<Parameters<typeof createResolver>[0]['resolve']>[1]): Promise<void> {
    const start = clock.now()
    askedAt.push(start)
    const asked = question.startAttempt({ method: 'simulated', target: name })
    try {
      for (const [at, what, value] of script) {
        await clock.sleep(start + at - clock.now(), question.signal)
        if (what === 'end') asked.finish(value, isFailure(value) ? { error: { code: 'TEST', message: value } } : {})
        if (what === 'endpoint') question.emit({ type: 'endpoint', ...parseEndpoint(value), source })
        if (what === 'cluster') question.emit({ type: 'cluster', name: parseClusterName(value), source })
      }
    } finally {
      releasedAt.push(clock.now())
    }
  }
}

function isFailure(status: AttemptStatus): boolean {
  return !['found', 'empty', 'silent', 'skipped'].includes(status)
}
