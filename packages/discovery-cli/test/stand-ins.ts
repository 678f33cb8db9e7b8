import {
  type AttemptStatus,
  createResolver,
  type DiscoverEvent,
  memoryResolver,
  type QueryContext,
  type ResolveEvent,
  type Resolver,
  type Source,
} from '@pstorage/discovery-core'
import type { StandIns } from './cli-run.js'

/** A resolver that ends every question with one attempt of this status, and finds nothing. */
export function ending(
  name: string,
  status: AttemptStatus,
  error: { code: string; message: string } | null = null,
): Resolver {
  const ask = async ({ startAttempt }: QueryContext<DiscoverEvent | ResolveEvent>): Promise<void> => {
    startAttempt({ method: 'memory', target: 'anything' }).finish(status, { server: '192.0.2.53:53', error })
  }
  return createResolver({ name, discover: ask, resolve: (_, question) => ask(question) })
}

/** A resolver that emits these events, whatever is asked. */
export function emitting(name: string, ...events: readonly (DiscoverEvent | ResolveEvent)[]): Resolver {
  const ask = async ({ emit }: QueryContext<ResolveEvent>): Promise<void> => {
    for (const event of events) emit(event)
  }
  // The events of a resolve are let through a discover as well: a backend that is not what it should be.
  return createResolver({
    name,
    discover: (question) => ask(question as QueryContext<ResolveEvent>),
    resolve: (_, question) => ask(question),
  })
}

/** A source that says nothing but its backend. */
export function sourceOf(backend: string): Source {
  return { backend, method: 'memory', origin: 'memory', ttl: null, authenticated: false }
}

/** All three backends: DNS knows these clusters, the others nothing. */
export function worldOf(clusters: Readonly<Record<string, readonly string[]>>): Required<StandIns> {
  return {
    dns: () => memoryResolver({ name: 'dns', clusters }),
    bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: {} }),
    zeroconf: () => ending('zeroconf', 'silent'),
  }
}
