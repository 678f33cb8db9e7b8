import {
  type ClusterName,
  type DiscoverEvent,
  parseClusterName,
  type ResolveEvent,
  type Resolver,
} from '@pstorage/discovery-core'
import { type ContractRunner, describeResolverContract, laws } from '@pstorage/discovery-core/contract'
import { describe, expect, it } from 'vitest'
import { memoryHarness } from './memory-harness.js'

type Distortion = (resolver: Resolver) => Resolver

/** Runs the laws on the backend itself (not on its compositions), and says which it breaks. */
async function brokenLaws(distort: Distortion): Promise<string[]> {
  const tests: { readonly id: string; run(): Promise<void> }[] = []
  let variant = 0
  const runner: ContractRunner = {
    describe: (_, body) => {
      variant += 1
      if (variant === 1) body()
    },
    it: (name, run) => tests.push({ id: name.slice(0, 4), run }),
  }
  describeResolverContract(runner, memoryHarness(distort))
  const broken: string[] = []
  for (const { id, run } of tests) {
    if (id === 'R-00') continue
    await run().catch(() => broken.push(id))
  }
  return broken
}

/** A resolver whose streams are changed on their way out. */
function throughStreams(
  change: (
    stream: AsyncIterable<ResolveEvent>,
    how: { readonly method: 'discover' | 'resolve'; readonly signal: AbortSignal | undefined },
  ) => AsyncIterable<ResolveEvent>,
): Distortion {
  return (inner) => ({
    ...inner,
    name: inner.name,
    discover: (options) =>
      // A change may only drop, repeat or alter events, so that they stay those of discover.
      change(inner.discover(options), { method: 'discover', signal: options?.signal }) as AsyncIterable<DiscoverEvent>,
    resolve: (cluster, options) =>
      change(inner.resolve(cluster, options), { method: 'resolve', signal: options?.signal }),
  })
}

function throughEvents(change: (event: ResolveEvent, method: string) => readonly ResolveEvent[]): Distortion {
  return throughStreams(async function* (stream, { method }) {
    for await (const event of stream) yield* change(event, method)
  })
}

const leaks: NodeJS.Timeout[] = []

/** One line wrong each: the law that must catch it first, then the laws that may fail beside it. */
const rows: readonly (readonly [id: string, what: string, distort: Distortion, beside: readonly string[]])[] = [
  [
    'R-01',
    'loses a cluster',
    throughEvents((event) => (event.type === 'cluster' && event.name.startsWith('B') ? [] : [event])),
    ['R-06', 'R-15', 'R-24'],
  ],
  [
    'R-02',
    'says found of nothing',
    throughEvents((event, method) =>
      event.type === 'end' && method === 'discover' ? [{ type: 'end', outcome: 'found' }] : [event],
    ),
    ['R-08', 'R-25', 'R-43'],
  ],
  [
    'R-04',
    'opens something at once',
    (inner) => ({
      ...inner,
      discover: (options) => {
        leaks.push(setTimeout(() => {}, 60_000))
        return inner.discover(options)
      },
    }),
    ['R-05', 'R-33', 'R-21'],
  ],
  [
    'R-05',
    'keeps a timer when it is left early',
    throughStreams(async function* (stream) {
      const timer = setTimeout(() => {}, 60_000)
      leaks.push(timer)
      yield* stream
      clearTimeout(timer)
    }),
    ['R-21'],
  ],
  [
    'R-06',
    'mixes two questions up',
    (inner) => {
      let asked = 0
      return {
        ...inner,
        discover: async function* (options) {
          asked += 1
          const disturbed = asked > 1
          for await (const event of inner.discover(options)) {
            if (!disturbed || event.type !== 'cluster') yield event
          }
          asked -= 1
        },
      }
    },
    ['R-08', 'R-24'],
  ],
  [
    'R-07',
    'yields a name that breaks the rule',
    throughEvents((event, method) =>
      event.type === 'cluster' && method === 'discover' && event.name === 'good'
        ? [event, { ...event, name: 'a.b' as ClusterName }]
        : [event],
    ),
    [],
  ],
  ['R-08', 'ends twice', throughEvents((event) => (event.type === 'end' ? [event, event] : [event])), []],
  ['R-08', 'does not end', throughEvents((event) => (event.type === 'end' ? [] : [event])), 'any'.split(',')],
  [
    'R-09',
    'does not say how an attempt ended',
    throughEvents((event) => (event.type === 'attempt-finished' ? [] : [event])),
    ['R-43', 'R-45'],
  ],
  [
    'R-10',
    'gives an endpoint of nobody',
    throughEvents((event) => (event.type === 'endpoint' ? [event, { ...event, port: 1 }] : [event])),
    ['R-11', 'R-16', 'R-50', 'R-51'],
  ],
  [
    'R-11',
    'compares names with case',
    (inner) => ({
      ...inner,
      resolve: (name, options) =>
        inner.resolve(name === 'ALPHA' ? parseClusterName('nosuch') : (name as ClusterName), options),
    }),
    [],
  ],
  [
    'R-12',
    'says undetermined of an unknown cluster',
    throughEvents((event, method) =>
      event.type === 'end' && event.outcome === 'absent' && method === 'resolve'
        ? [{ type: 'end', outcome: 'undetermined' }]
        : [event],
    ),
    [],
  ],
  [
    'R-13',
    'does not look at the name',
    (inner) => ({ ...inner, resolve: (_, options) => inner.resolve(parseClusterName('alpha'), options) }),
    ['R-10', 'R-11', 'R-12', 'R-16', 'R-17', 'R-50', 'R-51'],
  ],
  [
    'R-15',
    'resolves only some of what it discovers',
    (inner) => ({
      ...inner,
      resolve: (name, options) => inner.resolve(name === 'Beta_2-x' ? parseClusterName('nosuch') : name, options),
    }),
    ['R-10'],
  ],
  [
    'R-16',
    'knows no IPv6',
    throughEvents((event) => (event.type === 'endpoint' && event.address.includes(':') ? [] : [event])),
    [],
  ],
  [
    'R-17',
    'takes an empty cluster for none',
    throughEvents((event) =>
      event.type === 'end' && event.outcome === 'known' ? [{ type: 'end', outcome: 'absent' }] : [event],
    ),
    [],
  ],
  [
    'R-18',
    'does not write an address canonically',
    throughEvents((event) =>
      event.type === 'endpoint' ? [{ ...event, address: `::ffff:${event.address}` }] : [event],
    ),
    ['R-10', 'R-11', 'R-16', 'R-50', 'R-51'],
  ],
  [
    'R-20',
    'asks in spite of an aborted signal',
    (inner) => ({
      ...inner,
      discover: ({ signal, ...options } = {}) => inner.discover(signal?.aborted ? options : { ...options, signal }),
    }),
    [],
  ],
  [
    'R-21',
    'does not listen to its signal',
    (inner) => ({ ...inner, resolve: (name, { signal: _, ...options } = {}) => inner.resolve(name, options) }),
    ['R-20', 'R-22'],
  ],
  [
    'R-22',
    'ends quietly on an abort',
    throughStreams(async function* (stream, { signal }) {
      try {
        yield* stream
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    }),
    ['R-20', 'R-21', 'R-24'],
  ],
  [
    'R-23',
    'leaves a listener on the signal',
    throughStreams(async function* (stream, { signal }) {
      signal?.addEventListener('abort', () => {})
      yield* stream
    }),
    [],
  ],
  [
    'R-24',
    'aborts all questions with one',
    (inner) => {
      let current: AbortSignal | undefined
      return {
        ...inner,
        discover: (options = {}) => {
          current = options.signal ?? current
          return inner.discover({ ...options, signal: current })
        },
      }
    },
    [],
  ],
  [
    'R-25',
    'throws when the time is up',
    throughStreams(async function* (stream) {
      for await (const event of stream) {
        if (event.type === 'attempt-finished' && event.status === 'timeout') throw new Error('time is up')
        yield event
      }
    }),
    ['R-45'],
  ],
  [
    'R-26',
    'takes any timeout',
    (inner) => ({
      ...inner,
      resolve: (name, { timeout = 5_000, ...options } = {}) =>
        inner.resolve(name, { ...options, timeout: timeout >= 0 && timeout < 1e9 ? timeout : 5_000 }),
    }),
    [],
  ],
  [
    'R-30',
    'cannot be disposed twice',
    (inner) => {
      let disposals = 0
      return {
        ...inner,
        async [Symbol.asyncDispose]() {
          disposals += 1
          if (disposals === 2) throw new Error('twice')
          await inner[Symbol.asyncDispose]()
        },
      }
    },
    ['R-31', 'R-32', 'R-34', 'R-61'],
  ],
  [
    'R-31',
    'lets a question go on after disposal',
    (inner) => ({ ...inner, [Symbol.asyncDispose]: async () => {} }),
    ['R-32'],
  ],
  [
    'R-32',
    'answers after disposal as if nothing were there',
    throughStreams(async function* (stream) {
      try {
        yield* stream
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ERR_RESOLVER_DISPOSED') throw error
      }
    }),
    ['R-31'],
  ],
  [
    'R-33',
    'leaves a timer behind',
    throughStreams(async function* (stream) {
      yield* stream
      leaks.push(setTimeout(() => {}, 60_000))
    }),
    [],
  ],
  [
    'R-34',
    'cannot be disposed unused',
    (inner) => {
      let used = false
      return {
        ...inner,
        discover: (options) => {
          used = true
          return inner.discover(options)
        },
        resolve: (name, options) => {
          used = true
          return inner.resolve(name, options)
        },
        async [Symbol.asyncDispose]() {
          if (!used) throw new Error('unused')
          await inner[Symbol.asyncDispose]()
        },
      }
    },
    ['R-30', 'R-32', 'R-60', 'R-61'],
  ],
  [
    'R-43',
    'takes a dead source for an empty one',
    throughEvents((event) => {
      if (event.type === 'attempt-finished' && event.status === 'unreachable')
        return [{ ...event, status: 'empty', error: null }]
      return event.type === 'end' && event.outcome === 'undetermined' ? [{ ...event, outcome: 'absent' }] : [event]
    }),
    ['R-25', 'R-44', 'R-45'],
  ],
  [
    'R-44',
    'throws on rubbish',
    throughEvents((event) => {
      if (event.type === 'attempt-finished' && event.status === 'malformed')
        throw new TypeError('undefined is not a function')
      return [event]
    }),
    [],
  ],
  [
    'R-45',
    'takes silence for a no',
    throughEvents((event, method) =>
      event.type === 'end' && event.outcome === 'undetermined' && method === 'resolve'
        ? [{ ...event, outcome: 'absent' }]
        : [event],
    ),
    ['R-25', 'R-43', 'R-44'],
  ],
  [
    'R-50',
    'cuts long names',
    (inner) => ({
      ...inner,
      resolve: (name, options) =>
        inner.resolve(name.slice(0, Math.max(name.length, 1) > 62 ? 62 : 63) as ClusterName, options),
    }),
    ['R-13'],
  ],
  [
    'R-51',
    'stops after 64 endpoints',
    throughStreams(async function* (stream) {
      let endpoints = 0
      for await (const event of stream) {
        if (event.type === 'endpoint') endpoints += 1
        if (event.type !== 'endpoint' || endpoints <= 64) yield event
      }
    }),
    [],
  ],
  ['R-60', 'goes on hinting after an abort', (inner) => ({ ...inner, changes: () => endlessHints() }), ['R-61']],
  [
    'R-61',
    'goes on hinting after its disposal',
    (inner) => ({ ...inner, changes: (_, options) => hintsUntil(options?.signal) }),
    [],
  ],
  [
    'R-52',
    'lets raw text through in a warning',
    throughEvents((event) =>
      event.type === 'end' ? [{ type: 'warning', code: 'x', message: '\u001b[31m' }, event] : [event],
    ),
    [],
  ],
  [
    'R-08',
    'yields an event of its own making',
    throughEvents((event) => (event.type === 'end' ? [{ type: 'bogus' } as unknown as ResolveEvent, event] : [event])),
    [],
  ],
  [
    'R-09',
    'answers an attempt twice',
    throughEvents((event) => (event.type === 'attempt-finished' ? [event, event] : [event])),
    [],
  ],
  [
    'R-09',
    'finds nothing and says found',
    throughEvents((event) =>
      event.type === 'attempt-finished' && event.status === 'found' ? [{ ...event, count: 0 }] : [event],
    ),
    [],
  ],
  [
    'R-10',
    'says an endpoint twice',
    throughEvents((event) => (event.type === 'endpoint' ? [event, event] : [event])),
    [],
  ],
  [
    'R-18',
    'lets raw text through in a host',
    throughEvents((event) => (event.type === 'endpoint' ? [{ ...event, host: 'a\u001bb' }] : [event])),
    [],
  ],
  [
    'R-18',
    'has an impossible weight',
    throughEvents((event) => (event.type === 'endpoint' ? [{ ...event, weight: 99_999 }] : [event])),
    [],
  ],
  [
    'R-52',
    'has a code that is none',
    throughEvents((event) =>
      event.type === 'end' ? [{ type: 'warning', code: 'Bad Code!', message: 'x' }, event] : [event],
    ),
    [],
  ],
]

function endlessHints(): AsyncIterable<void> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
}

async function* hintsUntil(signal: AbortSignal | undefined): AsyncGenerator<void> {
  await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
}

describe('a broken resolver fails its law', () => {
  for (const [id, what, distort, beside] of rows) {
    it(`${id}: ${what}`, { timeout: 30_000 }, async () => {
      const broken = await brokenLaws(distort)
      for (const timer of leaks.splice(0)) clearTimeout(timer)
      expect(broken).toContain(id)
      if (!beside.includes('any')) expect(broken.filter((law) => law !== id && !beside.includes(law))).toEqual([])
    })
  }

  it('covers every law', () => {
    const broken = new Set(rows.map(([id]) => id))
    // A report is made by core itself: no resolver can break R-14 alone.
    expect(laws.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual(['R-14'])
  })
})
