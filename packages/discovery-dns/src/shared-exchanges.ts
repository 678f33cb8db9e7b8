import type { Ending } from '@pstorage/discovery-core'
import { nameKey } from '@pstorage/dns-message'
import { Exchange, type ExchangePlan, type Reply } from './exchange.js'
import { OpenTable } from './open-table.js'
import type { DnsQuestion } from './query.js'
import type { StubSettings } from './stub-settings.js'

/**
 * Asks equal questions that are under way at the same time once. Each asker leaves when its own question is over, with what
 * is known by then; the exchange ends with the last of them.
 */
export class SharedExchanges {
  readonly #open = new OpenTable<SharedExchange>()

  /** @param plan called when nobody is asking the same thing in the same way */
  ask(question: DnsQuestion, settings: StubSettings, ending: Ending, plan: () => ExchangePlan): Promise<Reply> {
    if (ending.aborted) return Promise.resolve({ kind: 'no-answer', faults: [] })
    const key = `${question.type} ${nameKey(question.name)}`
    const known = this.#open.get(key)
    if (known !== undefined && asksAlike(known.settings, settings)) return known.join(ending)

    const shared = new SharedExchange(settings, plan(), (over) => {
      if (this.#open.get(key) === over) this.#open.delete(key)
    })
    this.#open.set(key, shared)
    const reply = shared.join(ending)
    shared.start()
    return reply
  }
}

interface Asker {
  readonly settle: (reply: Reply) => void
  readonly stopListening: () => void
}

/** An exchange, and who waits for its reply. */
class SharedExchange {
  readonly settings: StubSettings
  readonly #exchange: Exchange
  readonly #forget: (over: SharedExchange) => void
  readonly #askers = new Set<Asker>()

  /** @param forget keeps others from joining it */
  constructor(settings: StubSettings, plan: ExchangePlan, forget: (over: SharedExchange) => void) {
    this.settings = settings
    this.#forget = forget
    this.#exchange = new Exchange(plan, (reply) => this.#settle(reply))
  }

  start(): void {
    this.#exchange.start()
  }

  join(ending: Ending): Promise<Reply> {
    return new Promise((settle) => {
      const asker: Asker = { settle, stopListening: ending.onAbort(() => this.#leave(asker)) }
      this.#askers.add(asker)
    })
  }

  #leave(asker: Asker): void {
    this.#askers.delete(asker)
    asker.settle(this.#exchange.soFar)
    if (this.#askers.size > 0) return
    this.#forget(this)
    this.#exchange.end()
  }

  #settle(reply: Reply): void {
    this.#forget(this)
    for (const { stopListening, settle } of this.#askers) {
      stopListening()
      settle(reply)
    }
  }
}

/** Where they stand for the same thing: settings are read once for many questions. */
function asksAlike(a: StubSettings, b: StubSettings): boolean {
  return a.servers === b.servers && a.options === b.options && a.channel === b.channel
}
