import {
  type ClusterName,
  discoverClusters,
  firstOf,
  memoryResolver,
  mergeOf,
  type ResolveEvent,
  type Resolver,
  resolveCluster,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

const source = { backend: 'foreign', method: 'test', origin: 'test', ttl: null, authenticated: false }
const nothing = { method: 'test', target: 'x', server: null, count: 0, elapsedMs: 0, error: null, detail: null }
const unknown = { host: null, priority: null, weight: null, ttl: null, source }
const good: ResolveEvent = { type: 'endpoint', address: '192.0.2.1', port: 2510, ...unknown }
const attempt = (status: 'empty' | 'timeout'): ResolveEvent => ({
  type: 'attempt-finished',
  id: 1,
  backend: 'foreign',
  ...nothing,
  status,
})
const end = (outcome: string): ResolveEvent => ({ type: 'end', outcome: outcome as 'absent' })

/** A resolver that somebody else wrote, without the help of createResolver. */
function foreign(stream: () => AsyncIterable<ResolveEvent>, dispose = async (): Promise<void> => {}): Resolver {
  // What it yields breaks the types on purpose.
  const discover = stream as Resolver['discover']
  return { name: 'foreign', discover, resolve: stream, [Symbol.asyncDispose]: dispose }
}

function saying(...events: readonly ResolveEvent[]): Resolver {
  return foreign(async function* () {
    yield* events
  })
}

const empty = (): Resolver => memoryResolver({ clusters: {}, name: 'empty' })
const places: readonly (readonly [where: string, place: (resolver: Resolver) => Resolver])[] = [
  ['alone', (resolver) => resolver],
  ['in firstOf', (resolver) => firstOf([resolver, empty()])],
  ['in mergeOf', (resolver) => mergeOf([resolver, empty()])],
  ['two levels deep', (resolver) => mergeOf([empty(), firstOf([mergeOf([resolver]), empty()])])],
]

describe.each(places)('a foreign resolver %s', (_, place) => {
  it.each<[what: string, resolver: Resolver]>([
    ['undetermined without an attempt', saying(end('undetermined'))],
    ['undetermined after an empty attempt', saying(attempt('empty'), end('undetermined'))],
    ['found without a result', saying(attempt('empty'), end('found'))],
    ['an unknown outcome', saying(attempt('empty'), end('zzz'))],
    ['absent after a time-out', saying(attempt('timeout'), end('absent'))],
    ['no end', saying(attempt('empty'))],
    ['nothing at all', saying()],
  ])('that says %s is never taken for a no', async (_, resolver) => {
    expect((await resolveCluster(place(resolver), 'alpha')).outcome).toBe('undetermined')
    expect((await discoverClusters(place(resolver))).outcome).toBe('undetermined')
  })

  it('has nothing to say after its end', async () => {
    const report = await resolveCluster(place(saying(attempt('empty'), end('absent'), good, end('found'))), 'alpha')
    expect(report).toMatchObject({ outcome: 'absent', endpoints: [] })
  })

  it.each<[what: string, event: ResolveEvent]>([
    ['a path for an address', { ...good, address: '../../etc' } as ResolveEvent],
    ['an address that is not canonical', { ...good, address: '::ffff:192.0.2.1' } as ResolveEvent],
    ['a port out of range', { ...good, port: 99_999 } as ResolveEvent],
    ['a cluster name out of rule', { type: 'cluster', name: '../\u001b' as ClusterName, source }],
    ['an unknown event', { type: 'bogus' } as unknown as ResolveEvent],
  ])('that yields %s loses that alone', async (_, event) => {
    const report = await resolveCluster(place(saying(event, good, end('found'))), 'alpha')
    expect(report.endpoints.map(({ address }) => address)).toEqual(['192.0.2.1'])
    expect(report.warnings.map(({ code }) => code)).toEqual(['result-invalid'])
    expect(JSON.stringify(report.warnings)).not.toContain('\u001b')
  })

  it('that never ends is left behind when the time is up', async () => {
    const never = foreign(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }))
    const report = await resolveCluster(place(never), 'alpha', { timeout: 50 })
    expect(report.outcome).toBe('undetermined')
    expect(report.attempts).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'ERR_RESOLVER_OVERRUN' }) }),
    )
  })

  it('that never ends does not hold an abort up', async () => {
    const never = foreign(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }))
    const abort = new AbortController()
    const asked = resolveCluster(place(never), 'alpha', { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })

  it('that always has more to say neither starves the timers nor hangs in its return', async () => {
    const endless = foreign(() => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ value: good, done: false as const }),
        return: () => new Promise(() => {}),
      }),
    }))
    const report = await resolveCluster(place(endless), 'alpha', { timeout: 50 })
    expect(report.endpoints).toHaveLength(1)
  })
})

it('a composition does not wait for ever for one that does not dispose of itself', { timeout: 10_000 }, async () => {
  const stuck = foreign(
    () => saying(end('absent')).resolve('x' as ClusterName),
    () => new Promise(() => {}),
  )
  await firstOf([stuck])[Symbol.asyncDispose]()
})

it('nesting nothing changes nothing', async () => {
  expect((await resolveCluster(mergeOf([]), 'alpha')).outcome).toBe('undetermined')
  expect((await resolveCluster(mergeOf([mergeOf([]), empty()]), 'alpha')).outcome).toBe('undetermined')
})
