import { join } from 'node:path'
import {
  cached,
  createResolver,
  discoverClusters,
  type EndpointWatchEvent,
  firstOf,
  mergeOf,
  type QueryContext,
  type ResolveEvent,
  type Resolver,
  resolveCluster,
  type SimulatedClock,
  simulatedClock,
  watch,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'
import { directory, settled } from '../cached/cache-file.js'
import { shownEvent } from '../watch/shown-event.js'

/** The answers of two resolvers, query by query; the first is preferred. */
interface Polls {
  readonly preferred: readonly string[]
  readonly other: readonly string[]
}

type Compose = (preferred: Resolver, other: Resolver, clock: SimulatedClock) => Resolver

const first: Compose = (preferred, other, clock) => firstOf([preferred, other], { clock })
const compositions: readonly (readonly [what: string, compose: Compose])[] = [
  ['firstOf', first],
  ['firstOf of unions', (a, b, clock) => firstOf([mergeOf([a], { clock }), mergeOf([b], { clock })], { clock })],
  ['a union of firstOf', (a, b, clock) => mergeOf([first(a, b, clock)], { clock })],
  ['firstOf of firstOf', (a, b, clock) => firstOf([firstOf([a], { clock }), firstOf([b], { clock })], { clock })],
  ['firstOf in firstOf', (a, b, clock) => firstOf([first(a, b, clock), mergeOf([], { clock })], { clock })],
]

/** Asks a cache once a minute, and says what it gives: small letters are stale. */
async function cachedAnswers(polls: Polls, compose: Compose, maxStale?: number): Promise<readonly string[]> {
  const clock = simulatedClock()
  const [preferred, other] = resolversOf(polls, clock)
  const cache = cached(compose(preferred, other, clock), { clock, refreshAhead: 0, ...(maxStale && { maxStale }) })
  const answers: string[] = []
  for (const [index, answer] of polls.preferred.entries()) {
    preferred.answers = [answer]
    other.answers = [polls.other[index] ?? 'empty']
    const pending = resolveCluster(cache, 'alpha')
    await clock.advance(6_000)
    const { endpoints, outcome } = await pending
    const items = endpoints.map((one) => (one.staleMs === undefined ? itemOf(one) : itemOf(one).toLowerCase()))
    answers.push(`${items.join('')} ${outcome}`)
    await clock.advance(54_000)
  }
  expect(clock.sleepers).toBe(0)
  return answers
}

function resolversOf({ preferred, other }: Polls, clock: SimulatedClock, delay = 10) {
  return [
    answeringResolver(preferred, { clock, delay, name: 'dns' }),
    answeringResolver(other, { clock, delay, name: 'lists' }),
  ] as const
}

interface Row extends Polls {
  readonly what: string
  readonly gives: readonly string[]
}

const errors = ['failed', 'refused', 'timeout', 'unreachable', 'malformed', 'unavailable', 'hangs', 'silent'] as const

const rows: readonly Row[] = [
  ...errors.map((error) => ({
    what: `${error} of the preferred one: what it said is kept, alone`,
    preferred: ['A/1', error, 'A/1'],
    other: ['B/1', 'B/1', 'B/1'],
    gives: ['A found', 'a found', 'A found'],
  })),
  {
    what: 'a denial of the preferred one: the other one takes over, and it is forgotten when it is confirmed',
    preferred: ['A/1', 'empty', 'empty'],
    other: ['B/1', 'B/1', 'B/1'],
    gives: ['A found', 'Ba found', 'B found'],
  },
  {
    what: 'an error after that takes nothing back',
    preferred: ['A/1', 'empty', 'failed', 'empty', 'empty'],
    other: ['B/1', 'B/1', 'B/1', 'B/1', 'B/1'],
    gives: ['A found', 'Ba found', 'Ba found', 'Ba found', 'B found'],
  },
  {
    what: 'the other one was the answer from the start: it is followed',
    preferred: ['failed', 'failed', 'failed', 'A/1', 'failed'],
    other: ['B/1', 'C/1', 'D/1', 'D/1', 'D/1'],
    gives: ['B found', 'C found', 'D found', 'A found', 'a found'],
  },
  {
    what: 'neither can be asked: what the preferred one said is kept',
    preferred: ['A/1', 'failed', 'failed'],
    other: ['B/1', 'B/1', 'failed'],
    gives: ['A found', 'a found', 'a found'],
  },
]

describe.each(compositions)('%s in a cache', (_, compose) => {
  it.each(rows)('$what', async ({ gives, ...polls }) => {
    expect(await cachedAnswers(polls, compose)).toEqual(gives)
  })

  it('goes over when what the preferred one said is too old', async () => {
    const preferred = ['A/1', 'failed', 'failed', 'failed', 'failed']
    const polls = { preferred, other: preferred.map(() => 'B/1') }
    const given = await cachedAnswers(polls, compose, 150_000)
    expect(given).toEqual(['A found', 'a found', 'a found', 'B found', 'B found'])
  })
})

/** Watches while the answers change once an hour. */
async function watchedLines(polls: Polls, compose: Compose): Promise<readonly string[]> {
  const clock = simulatedClock()
  const [preferred, other] = resolversOf(polls, clock)
  const lines: string[] = []
  const watching = watch(compose(preferred, other, clock), 'alpha', { clock, jitter: 0, ceiling: 60_000 })
  const reading = (async () => {
    for await (const event of watching) lines.push(shown(event))
  })()
  for (const [index, answer] of polls.preferred.entries()) {
    preferred.answers = [answer]
    other.answers = [polls.other[index] ?? 'empty']
    await clock.advance(3_600_000)
  }
  await watching[Symbol.asyncDispose]()
  await reading
  expect(clock.sleepers).toBe(0)
  return lines
}

/** Without ages, which are told elsewhere. */
function shown(event: EndpointWatchEvent): string {
  return shownEvent(event).replace(/ \d+ s.*/, '')
}

describe.each(compositions)('a watch of %s', (_, compose) => {
  it('keeps what the preferred one said while it fails, and says so', async () => {
    const lines = await watchedLines({ preferred: ['A', 'failed', 'A', 'B'], other: ['C', 'C', 'C', 'C'] }, compose)
    expect(lines).toEqual(['snapshot A found', 'stale A', 'recovered A', 'added B', 'removed A'])
  })

  it('goes over when the preferred one denies, and removes what it said when that is confirmed', async () => {
    const lines = await watchedLines({ preferred: ['A', 'empty'], other: ['C', 'C'] }, compose)
    expect(lines).toEqual(['snapshot A found', 'added C', 'stale A', 'removed A'])
  })
})

describe('several levels', () => {
  it('a choice inside of a union keeps its own, and the union its others', async () => {
    const clock = simulatedClock()
    const [dns, lists, link] = ['dns', 'lists', 'link'].map((name) => answeringResolver(['A'], { clock, name }))
    if (dns === undefined || lists === undefined || link === undefined) throw new Error('three were made')
    const twice = mergeOf([firstOf([dns, lists], { clock }), firstOf([link, lists], { clock, name: 'first' })], {
      clock,
    })
    const cache = cached(twice, { clock, refreshAhead: 0 })
    const ask = async (): Promise<string> => {
      const pending = resolveCluster(cache, 'alpha')
      await clock.advance(100_000)
      return (await pending).endpoints.map((one) => itemOf(one) + (one.staleMs === undefined ? '' : '~')).join('')
    }
    ;[dns.answers, lists.answers, link.answers] = [['A/1'], ['B/1'], ['C/1']]
    expect(await ask()).toBe('AC')
    dns.answers = ['failed']
    expect(await ask()).toBe('CA~')
    link.answers = ['failed']
    expect(await ask()).toBe('A~C~')
  })

  it('resolvers of the same name are told apart', async () => {
    const clock = simulatedClock()
    const [near, far] = [answeringResolver(['A/1'], { clock }), answeringResolver(['B/1'], { clock })]
    const cache = cached(firstOf([near, far], { clock }), { clock, refreshAhead: 0 })
    const ask = async (): Promise<string> => {
      const pending = resolveCluster(cache, 'alpha')
      await clock.advance(100_000)
      return (await pending).endpoints.map(itemOf).join('')
    }
    expect(await ask()).toBe('A')
    near.answers = ['failed']
    expect(await ask()).toBe('A')
  })

  it('a cache that somebody asks in pieces holds back what is not preferred as it comes', async () => {
    const clock = simulatedClock()
    const polls = { preferred: ['A/1', 'failed'], other: ['B/1', 'B/1'] }
    const [dns, lists] = resolversOf(polls, clock)
    const cache = cached(first(dns, lists, clock), { clock, refreshAhead: 0 })
    const events: ResolveEvent[] = []
    for (const _ of polls.preferred) {
      const pending = resolveCluster(cache, 'alpha', { onEvent: (event) => events.push(event) })
      await clock.advance(60_000)
      await pending
    }
    const endpoints = events.flatMap((event) => (event.type === 'endpoint' ? [event] : []))
    expect(endpoints.map((one) => [itemOf(one), one.staleMs !== undefined])).toEqual([
      ['A', false],
      ['A', true],
    ])
    const stale = events.flatMap((event) => (event.type === 'warning' ? [event] : []))
    expect(stale.map(({ code }) => code)).toEqual(['stale-answer'])
  })
})

describe('a cache with a file', () => {
  it('does not go over in its next life either', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    const live = async (answers: readonly [string, string]): Promise<string> => {
      const clock = simulatedClock()
      const [dns, lists] = resolversOf({ preferred: [answers[0]], other: [answers[1]] }, clock, 0)
      const wallClock = () => 1_700_000_000_000 + clock.now()
      const cache = cached(first(dns, lists, clock), { clock, file, wallClock })
      const { endpoints, outcome } = await settled(clock, resolveCluster(cache, 'alpha'))
      await settled(clock, Promise.resolve(cache[Symbol.asyncDispose]()))
      return `${endpoints.map(itemOf).join('')} ${outcome}`
    }
    expect(await live(['A', 'B'])).toBe('A found')
    expect(await live(['failed', 'B'])).toBe('A found')
    expect(await live(['failed', 'B'])).toBe('A found')
    expect(await live(['C', 'B'])).toBe('C found')
  })
})

describe('names', () => {
  it('of a preferred resolver are kept while it fails', async () => {
    const clock = simulatedClock()
    const [dns, lists] = resolversOf({ preferred: ['A/1'], other: ['B/1'] }, clock)
    const cache = cached(first(dns, lists, clock), { clock, refreshAhead: 0 })
    const ask = async (): Promise<string> => {
      const pending = discoverClusters(cache)
      await clock.advance(100_000)
      return (await pending).clusters.map(({ name }) => name).join('')
    }
    expect(await ask()).toBe('A')
    dns.answers = ['timeout']
    expect(await ask()).toBe('A')
  })
})

describe('an answer of which a part could not be asked for', () => {
  it('takes nothing back that it does not say again', async () => {
    const clock = simulatedClock()
    const source = { backend: 'dns', method: 'dns-srv', origin: 'x', ttl: 1, authenticated: false }
    const unknown = { port: 2510, host: null, priority: null, weight: null, ttl: 1 }
    let isWhole = true
    const resolver = createResolver({
      name: 'dns',
      clock,
      discover: async () => {},
      async resolve(_, { startAttempt, emit }: QueryContext<ResolveEvent>) {
        const asked = startAttempt({ method: 'dns-srv', target: 'x' })
        const hosts = isWhole ? ['192.0.2.1', '192.0.2.2'] : ['192.0.2.1']
        for (const address of hosts) emit({ type: 'endpoint', address, ...unknown, source })
        asked.finish('found', { count: hosts.length, incomplete: !isWhole })
      },
    })
    const cache = cached(resolver, { clock, refreshAhead: 0 })
    const ask = async () => {
      const report = await resolveCluster(cache, 'alpha')
      await clock.advance(60_000)
      return report.endpoints.map(itemOf).join('')
    }
    expect(await ask()).toBe('AB')
    isWhole = false
    expect(await ask()).toBe('AB')
    const { attempts } = await resolveCluster(resolver, 'alpha')
    expect(attempts).toMatchObject([{ status: 'found', incomplete: true }])
  })
})
