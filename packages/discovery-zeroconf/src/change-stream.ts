import type { Clock, ClusterName, QueryOptions } from '@pstorage/discovery-core'
import type { Interest } from './interest.js'
import type { NetworkWatch } from './network-watch.js'

/** What a {@link ChangeStream} needs. */
export interface ChangeStreamOptions {
  readonly network: NetworkWatch
  readonly cluster: ClusterName | undefined
  /** Without `timeout`, changes are told until somebody ends it. */
  readonly query: QueryOptions
  readonly clock: Clock
  /** Aborts when the resolver is disposed. */
  readonly disposal: AbortSignal
}

/**
 * Yields when something changed that is of interest, once for all that changed since it was last asked.
 *
 * Nothing is opened before the first change is awaited. Ending it closes what was open for it alone.
 */
export class ChangeStream implements AsyncIterableIterator<void>, Interest {
  readonly cluster: ClusterName | undefined
  readonly #options: ChangeStreamOptions
  readonly #over = new AbortController()
  #state: 'new' | 'open' | 'ended' = 'new'
  #isChanged = false
  #failure: { readonly reason: unknown } | undefined
  #wake: () => void = () => {}

  constructor(options: ChangeStreamOptions) {
    this.#options = options
    this.cluster = options.cluster
  }

  async next(): Promise<IteratorResult<void, undefined>> {
    if (this.#state === 'new') this.#open()
    while (this.#state === 'open' && !this.#isChanged && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#failure !== undefined) {
      const { reason } = this.#failure
      await this.return()
      this.#failure = undefined
      throw reason
    }
    if (this.#state === 'ended') return { done: true, value: undefined }
    this.#isChanged = false
    return { done: false, value: undefined }
  }

  async return(): Promise<IteratorResult<void, undefined>> {
    const wasOpen = this.#state === 'open'
    this.#state = 'ended'
    this.#over.abort()
    this.#wake()
    if (wasOpen) await this.#options.network.remove(this)
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  changed(): void {
    this.#isChanged = true
    this.#wake()
  }

  failed(reason: unknown): void {
    this.#failure ??= { reason }
    this.#wake()
  }

  #open(): void {
    const { network, query, clock, disposal } = this.#options
    this.#state = 'open'
    for (const signal of [query.signal, disposal]) {
      if (signal?.aborted) this.failed(signal.reason)
      signal?.addEventListener('abort', () => this.failed(signal.reason), { once: true, signal: this.#over.signal })
    }
    if (this.#failure === undefined) network.add(this)
    if (query.timeout !== undefined) {
      clock.sleep(query.timeout, this.#over.signal).then(
        () => this.return(),
        () => undefined,
      )
    }
  }
}
