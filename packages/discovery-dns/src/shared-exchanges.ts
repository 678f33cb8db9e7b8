import type { Ending } from '@pstorage/discovery-core'
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
 * Asks equal questions that are under way at the same time once. Each asker leaves when its own question is over, with what
 * is known by then; the exchange ends with the last of them.
 */
export class SharedExchanges {
  readonly #open = new Map<string, SharedExchange>()

  /** @param start called when nobody is asking the same thing in the same way */
  ask(
    question: DnsQuestion,
    settings: StubSettings,
    { ending, start }: { readonly ending: Ending; readonly start: () => Exchange },
  ): Promise<Reply> {
    if (ending.aborted) return Promise.resolve({ kind: 'no-answer', faults: [] })
    const key = `${question.type} ${nameKey(question.name)}`
    const known = this.#open.get(key)
    if (known !== undefined && asksAlike(known.settings, settings)) return join(known, ending)

    const forget = (): void => {
      if (this.#open.get(key) === shared) this.#open.delete(key)
    }
    const shared: SharedExchange = { exchange: start(), settings, askers: 0, forget }
    this.#open.set(key, shared)
    return join(shared, ending)
  }
}

function join(shared: SharedExchange, ending: Ending): Promise<Reply> {
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
    const stopListening = ending.onAbort(onAbort)
    const leave = (settle: () => void): void => {
      forget()
      stopListening()
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
