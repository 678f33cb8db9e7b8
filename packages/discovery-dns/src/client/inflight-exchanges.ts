import type { CancellationToken } from '@pstorage/discovery-core'
import { equalNames, nameKey } from '@pstorage/dns-message'
import type { DnsQuestion } from '../reply/query.js'
import type { StubSettings } from './current-settings.js'
import { Exchange, type Reply } from './exchange.js'
import type { ExchangePlan } from './transaction/exchange-plan.js'

/**
 * Asks equal questions that are under way at the same time once. Each asker leaves when its own question is over, with what
 * is known by then; the exchange ends with the last of them.
 */
export class InflightExchanges {
  readonly #open = new OpenTable<SharedExchange>()

  /** @param plan called when the same query is not under way in the same way */
  ask(
    question: DnsQuestion,
    settings: StubSettings,
    ending: CancellationToken,
    plan: () => ExchangePlan,
  ): Promise<Reply> {
    if (ending.aborted) return Promise.resolve({ kind: 'no-answer', servers: [] })
    const key = `${question.type} ${nameKey(question.name)}`
    const known = this.#open.get(key)
    if (known?.asksAlike(question, settings) === true) return known.join(ending)

    const shared = new SharedExchange(question, settings, plan(), (over) => {
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

/** An exchange, and the callers that wait for its reply. */
class SharedExchange {
  readonly #question: DnsQuestion
  readonly #settings: StubSettings
  readonly #exchange: Exchange
  readonly #forget: (over: SharedExchange) => void
  readonly #askers = new Set<Asker>()

  /** @param forget keeps others from joining it */
  constructor(
    question: DnsQuestion,
    settings: StubSettings,
    plan: ExchangePlan,
    forget: (over: SharedExchange) => void,
  ) {
    this.#question = question
    this.#settings = settings
    this.#forget = forget
    this.#exchange = new Exchange(plan, (reply) => this.#settle(reply))
  }

  start(): void {
    this.#exchange.start()
  }

  /** Returns whether another question of the same name and type is put and judged in the same way: settings are read once for many. */
  asksAlike({ domain, anyDenial, wanted }: DnsQuestion, { servers, options, channel, mayDeny }: StubSettings): boolean {
    const [own, settings] = [this.#question, this.#settings]
    return (
      settings.servers === servers &&
      settings.options === options &&
      settings.channel === channel &&
      settings.mayDeny === mayDeny &&
      own.anyDenial === anyDenial &&
      own.wanted?.key === wanted?.key &&
      (own.domain === domain || (own.domain !== undefined && domain !== undefined && equalNames(own.domain, domain)))
    )
  }

  join(ending: CancellationToken): Promise<Reply> {
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

/**
 * Values by key, for what comes and goes all the time. Not a Map: from each of its former tables one gets to the next, so that
 * all that was in it when it grew stays in memory until a full garbage collection.
 */
class OpenTable<Value> {
  readonly #values: Record<string, Value | undefined> = Object.create(null)

  get(key: string): Value | undefined {
    return this.#values[key]
  }

  set(key: string, value: Value): void {
    this.#values[key] = value
  }

  delete(key: string): void {
    delete this.#values[key]
  }
}
