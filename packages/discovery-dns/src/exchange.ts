import type { Clock } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import { ExchangeSlots } from './exchange-slots.js'
import { linkedAbort } from './linked-abort.js'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import { ServerExchange } from './server-exchange.js'
import type { ServerFault } from './server-fault.js'
import type { SocketSlots } from './socket-slots.js'
import type { Converse } from './tcp-conversation.js'

/** Why everything of an exchange is closed. Made once: with a fresh error, ending would cost more than asking. */
const exchangeOver = new Error('the exchange is over')

/** What came of a question. */
export type Reply = Answer | NoAnswer

/** A server has answered: with records, or that there are none. */
export interface Answer {
  readonly kind: 'answer'
  readonly message: Message
  readonly server: NameServer
  readonly transport: 'udp' | 'tcp'
  /** What was wrong with servers that were asked too. */
  readonly faults: readonly ServerFault[]
  /** How many replies came before it that did not belong to the question. */
  readonly ignored: number
}

/** Nobody has answered. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  /** One for each server that was asked. */
  readonly faults: readonly ServerFault[]
}

/** How a question is put to several servers. */
export interface ExchangePlan {
  readonly question: DnsQuestion
  /** In the order in which they are asked. */
  readonly servers: readonly NameServer[]
  /** Milliseconds between sends. */
  readonly interval: number
  /** How often each server is asked; may be infinite. */
  readonly rounds: number
  readonly tcpOnly: boolean
  /** How a question goes over a connection. */
  readonly converse: Converse
  /** Asks for the AD bit. */
  readonly authenticData: boolean
  readonly slots: SocketSlots
  readonly clock: Clock
  /** Ends the exchange with what is known by then. */
  readonly signal: AbortSignal
}

/**
 * Puts one question to several servers in turn until one answers. Earlier sends still count, a server that has failed is
 * passed over, and the next one is asked as soon as one fails. Nothing that happens outside makes it reject; every socket
 * is closed when it resolves.
 */
export async function exchange(plan: ExchangePlan): Promise<Reply> {
  const over = linkedAbort(plan.signal)
  const end = (): void => over.abort(exchangeOver)
  const slots = new ExchangeSlots(plan.slots)
  let answer: Pick<Answer, 'message' | 'server' | 'transport'> | undefined
  let turnOver: () => void = () => {}

  const candidates = plan.servers.map((server): ServerExchange => {
    const candidate: ServerExchange = new ServerExchange({
      ...plan,
      server,
      signal: over.signal,
      answered: (message, transport) => {
        answer ??= { message, server, transport }
        end()
      },
      failed: () => {
        slots.takeBack(candidate)
        turnOver()
      },
    })
    return candidate
  })

  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      turnOver = resolve
      plan.clock.sleep(plan.interval, over.signal).then(resolve, resolve)
    })
  const candidateOfTurn = (turn: number): ServerExchange | undefined =>
    candidates
      .map((_, offset) => candidates[(turn + offset) % candidates.length])
      .find((candidate) => candidate?.hasFailed === false)

  for (let turn = 0; turn < plan.rounds * candidates.length && !over.signal.aborted; turn += 1) {
    const candidate = candidateOfTurn(turn)
    if (candidate === undefined) break
    const hasSlot = await slots.give(candidate, over.signal)
    if (over.signal.aborted) break
    const waiting = wait()
    if (hasSlot) candidate.ask()
    await waiting
  }

  end()
  for (const candidate of candidates) candidate.close()
  slots.releaseAll()
  const faults = candidates.flatMap(({ fault }) => fault ?? [])
  const ignored = candidates.reduce((sum, candidate) => sum + candidate.ignored, 0)
  return answer === undefined
    ? { kind: 'no-answer', faults }
    : { kind: 'answer', ...answer, faults: faults.filter(({ server }) => server !== answer?.server), ignored }
}
