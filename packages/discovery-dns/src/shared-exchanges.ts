import { nameKey } from '@pstorage/dns-message'
import type { Exchange, Reply } from './exchange.js'
import type { DnsQuestion } from './query.js'
import type { StubSettings } from './stub-settings.js'

interface SharedExchange {
  readonly exchange: Exchange
  readonly settings: StubSettings
  /** Keeps others from joining it; may be called twice. */
  readonly forget: () => void
  askers: number
}

/**
 * Asks equal questions that are under way at the same time once. Each asker leaves when its own signal aborts, with what
 * is known by then; the exchange ends with the last of them.
 */
export class SharedExchanges {
  readonly #open = new Map<string, SharedExchange>()

  /** @param start called when nobody is asking the same thing in the same way */
  ask(
    question: DnsQuestion,
    settings: StubSettings,
    { signal, start }: { readonly signal: AbortSignal; readonly start: () => Exchange },
  ): Promise<Reply> {
    if (signal.aborted) return Promise.resolve({ kind: 'no-answer', faults: [] })
    const key = `${question.type} ${nameKey(question.name)}`
    const known = this.#open.get(key)
    if (known !== undefined && asksAlike(known.settings, settings)) return join(known, signal)

    const forget = (): void => {
      if (this.#open.get(key) === shared) this.#open.delete(key)
    }
    const shared: SharedExchange = { exchange: start(), settings, askers: 0, forget }
    this.#open.set(key, shared)
    return join(shared, signal)
  }
}

function join(shared: SharedExchange, signal: AbortSignal): Promise<Reply> {
  const { exchange, forget } = shared
  shared.askers += 1
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      shared.askers -= 1
      resolve(exchange.soFar)
      if (shared.askers > 0) return
      forget()
      exchange.end()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const leave = (settle: () => void): void => {
      forget()
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    exchange.reply.then(
      (reply) => leave(() => resolve(reply)),
      (error: unknown) => leave(() => reject(error)),
    )
  })
}

/** Where they stand for the same thing: settings are read once for many questions. */
function asksAlike(a: StubSettings, b: StubSettings): boolean {
  return a.servers === b.servers && a.options === b.options && a.channel === b.channel
}
