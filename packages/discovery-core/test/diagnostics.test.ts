import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type AttemptMessage,
  diagnosticsChannels,
  discoverClusters,
  memoryResolver,
  mergeOf,
  type OutcomeMessage,
  parseClusterName,
  type QueryMessage,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import { afterEach, describe, expect, it } from 'vitest'
import { simulatedResolver } from './simulated-resolver.js'

const listening: (() => void)[] = []
afterEach(() => {
  for (const stop of listening.splice(0)) stop()
})

/** Collects what is told on one channel until the test is over. */
function told<Message>(name: string): Message[] {
  const messages: Message[] = []
  const listener = (message: unknown): void => void messages.push(message as Message)
  subscribe(name, listener)
  listening.push(() => unsubscribe(name, listener))
  return messages
}

const everything = () => ({
  questions: told<QueryMessage>(diagnosticsChannels.query),
  attempts: told<AttemptMessage>(diagnosticsChannels.attempt),
  outcomes: told<OutcomeMessage>(diagnosticsChannels.outcome),
})

describe('diagnostics channels', () => {
  it('tell a question, its attempts and its outcome', async () => {
    const { questions, attempts, outcomes } = everything()
    const resolver = memoryResolver({ clusters: { alpha: ['192.0.2.1', '192.0.2.2'] } })
    await resolveCluster(resolver, 'Alpha', { timeout: 700 })
    await discoverClusters(resolver)
    expect(questions).toEqual([
      { resolver: 'memory', method: 'resolve', cluster: 'Alpha', timeout: 700 },
      { resolver: 'memory', method: 'discover', cluster: null, timeout: 5_000 },
    ])
    expect(attempts.map(({ attempt }) => [attempt.target, attempt.status, attempt.count])).toEqual([
      ['Alpha', 'found', 2],
      ['names', 'found', 1],
    ])
    expect(outcomes).toMatchObject([
      { outcome: 'found', count: 2 },
      { outcome: 'found', count: 1 },
    ])
    for (const [index, question] of questions.entries()) {
      expect(attempts[index]?.query).toBe(question)
      expect(outcomes[index]?.query).toBe(question)
      expect(outcomes[index]?.elapsedMs).toBeGreaterThanOrEqual(0)
    }
  })

  it('tell each attempt once, by whom it was made, however deep it is nested', async () => {
    const { questions, attempts } = everything()
    const broken: Resolver = { ...memoryResolver({ clusters: {} }), name: 'broken', resolve: () => cut() }
    await resolveCluster(mergeOf([mergeOf([memoryResolver({ clusters: {} })], { name: 'inner' }), broken]), 'alpha')
    expect(questions.map(({ resolver }) => resolver)).toEqual(['merge', 'inner', 'memory'])
    const byWhom = attempts.map(({ query, attempt }) => `${query.resolver}: ${attempt.backend} ${attempt.status}`)
    expect(byWhom.toSorted()).toEqual(['memory: memory empty', 'merge: broken failed'])
  })

  it.each(['aborted', 'left', 'disposed'])('tell that a question was %s as no outcome', async (how) => {
    const { attempts, outcomes } = everything()
    const clock = simulatedClock()
    const resolver = simulatedResolver('slow', clock, [[1_000, 'end', 'empty']])
    const abort = new AbortController()
    const stream = resolver.resolve(parseClusterName('alpha'), { signal: abort.signal })[Symbol.asyncIterator]()
    await stream.next()
    await clock.advance(40)
    if (how === 'aborted') abort.abort()
    if (how === 'disposed') await resolver[Symbol.asyncDispose]()
    if (how === 'left') await stream.return?.()
    else await stream.next().catch(() => {})
    expect(attempts).toEqual([])
    expect(outcomes).toMatchObject([{ outcome: null, count: 0, elapsedMs: 40 }])
  })
})

async function* cut(): AsyncGenerator<never> {}
