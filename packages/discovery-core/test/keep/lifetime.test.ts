import {
  type AttemptStatus,
  type ClusterEvent,
  type EndpointEvent,
  parseClusterName,
  parseEndpoint,
  type Source,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type RetainedResult, retainLastGood } from '../../src/retain/last-good.js'
import { isStale, negativeTtlOf, staleItemsOf, ttlOf } from '../../src/retain/lifetime.js'
import { PollRecorder } from '../../src/retain/poll.js'
import { retainPolicyOf } from '../../src/retain/retain-options.js'

const nothing = { method: 'test', target: 'x', server: null, count: 0, elapsedMs: 0, error: null, detail: null }

function source(ttl: number | null, backend = 'dns'): Source {
  return { backend, method: 'test', origin: backend, ttl, authenticated: false }
}

function endpoint(ttl: number | null, sourceTtl: number | null = null): EndpointEvent {
  return { type: 'endpoint', ...parseEndpoint('192.0.2.1'), ttl, source: source(sourceTtl) }
}

function exists(ttl: number | null): ClusterEvent {
  return { type: 'cluster', name: parseClusterName('alpha'), source: source(ttl) }
}

function roundOf(...events: readonly (ClusterEvent | EndpointEvent)[]) {
  const recorder = new PollRecorder('endpoint')
  for (const event of events) recorder.add(event)
  return recorder.poll(0)
}

describe('the TTL of a round', () => {
  it.each([
    ['nothing', [], null],
    ['what says none', [endpoint(null)], null],
    ['one', [endpoint(60)], 60_000],
    ['the least', [endpoint(60), endpoint(20), endpoint(40)], 20_000],
    ['that of its source', [endpoint(null, 5)], 5_000],
    ['the least of both', [endpoint(60, 5), endpoint(7, 90)], 5_000],
    ['nothing below 0', [endpoint(-1)], 0],
    ['nothing of what is no result', [exists(1), endpoint(60)], 60_000],
  ])('is %s', (_, events, ttl) => {
    expect(ttlOf(roundOf(...events))).toBe(ttl)
  })

  it('of names is theirs', () => {
    const recorder = new PollRecorder('cluster')
    for (const ttl of [null, 60, 20]) recorder.add(exists(ttl))
    expect(ttlOf(recorder.poll(0))).toBe(20_000)
  })

  it.each<readonly [what: string, attempts: readonly (readonly [AttemptStatus, number?])[], ttl: number | null]>([
    ['nothing', [], null],
    ['nothing that is not said', [['empty']], null],
    ['the least', [['empty', 60], ['empty'], ['empty', 20]], 20_000],
    ['nothing below 0', [['empty', -1]], 0],
    [
      'nothing of what is no no',
      [
        ['silent', 1],
        ['empty', 60],
      ],
      60_000,
    ],
  ])('of a no is %s', (_, attempts, ttl) => {
    const recorder = new PollRecorder('endpoint')
    for (const [status, negativeTtl] of attempts)
      recorder.add({
        type: 'attempt-finished',
        id: 1,
        backend: 'dns',
        ...nothing,
        status,
        ...(negativeTtl !== undefined && { negativeTtl }),
      })
    expect(negativeTtlOf(recorder.poll(0))).toBe(ttl)
  })
})

describe('what is stale', () => {
  const kept = (statement: RetainedResult['assertion'], why: RetainedResult['why'] = null): RetainedResult => ({
    ...{ assertion: statement, assertedAt: 0, why, denials: 0, deniedAt: 0 },
  })
  const stale = (...all: readonly RetainedResult[]) => {
    const known = retainLastGood([], roundOf(), retainPolicyOf({}))
    return [...staleItemsOf({ ...known, retained: all, outcome: 'found' })]
  }
  const item = '192.0.2.1:2510'

  it('is what was not repeated, here or further in', () => {
    expect(isStale(kept(endpoint(1)))).toBe(false)
    expect(isStale(kept(endpoint(1), 'unheard'))).toBe(true)
    expect(isStale(kept(endpoint(1), 'denied'))).toBe(true)
    expect(isStale(kept({ ...endpoint(1), staleMs: 1 }))).toBe(true)
  })

  it('is told by its item', () => {
    expect(stale()).toEqual([])
    expect(stale(kept(endpoint(1)))).toEqual([])
    expect(stale(kept(endpoint(1), 'unheard'))).toEqual([item])
  })

  it('is nothing that somebody says freshly', () => {
    expect(stale(kept(endpoint(1), 'unheard'), kept({ ...endpoint(1), source: source(1, 'lists') }))).toEqual([])
  })

  it('is no cluster where there are endpoints, and counts where there are none', () => {
    const all = [kept(exists(1), 'unheard')]
    expect(stale(...all)).toEqual([])
    const known = retainLastGood([], roundOf(), retainPolicyOf({}))
    expect([...staleItemsOf({ ...known, retained: all, outcome: 'known' })]).toEqual(['alpha'])
  })
})
