import type { Clock } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import type { NameServer } from './name-server.js'
import type { DnsQuestion } from './query.js'
import { ServerExchange } from './server-exchange.js'
import type { ServerFault } from './server-fault.js'
import type { SocketSlots } from './socket-slots.js'

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
  const over = new AbortController()
  const releases: (() => void)[] = []
  let answer: Pick<Answer, 'message' | 'server' | 'transport'> | undefined
  let turnOver: () => void = () => {}

  const onAbort = (): void => over.abort()
  plan.signal.addEventListener('abort', onAbort, { once: true })
  if (plan.signal.aborted) over.abort()
  const candidates = plan.servers.map(
    (server) =>
      new ServerExchange({
        ...plan,
        server,
        signal: over.signal,
        answered: (message, transport) => {
          answer ??= { message, server, transport }
          over.abort()
        },
        failed: () => turnOver(),
      }),
  )
  const asked = new Set<ServerExchange>()

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
    if (!asked.has(candidate)) {
      const release = await plan.slots.acquire(over.signal)
      if (release === undefined) break
      releases.push(release)
      asked.add(candidate)
    }
    const waiting = wait()
    candidate.ask()
    await waiting
  }

  plan.signal.removeEventListener('abort', onAbort)
  over.abort()
  for (const candidate of candidates) candidate.close()
  for (const release of releases) release()
  const faults = candidates.flatMap(({ fault }) => fault ?? [])
  return answer === undefined
    ? { kind: 'no-answer', faults }
    : { kind: 'answer', ...answer, faults: faults.filter(({ server }) => server !== answer?.server) }
}
