import {
  type ClusterName,
  firstOf,
  parseClusterName,
  type ResolveEvent,
  simulatedClock,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../src/model/outcome.js'
import { grow, politeScript, tree } from './composition-tree.js'
import { type SimulatedResolver, simulatedResolver } from './simulated-resolver.js'

/** Many runs of much simulated time: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 60_000 }

const TIMEOUT = 5_000
/** The time that a resolver which does not stop in time may cost, in milliseconds. */
const GRACE = 250
const alpha: ClusterName = parseClusterName('alpha')
const failures = new Set(['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable'])

interface Heard {
  readonly event: ResolveEvent
  readonly at: number
}

describe('a composition of any depth', SLOW, () => {
  it('ends once and in time, answers every attempt, tells the outcome of its attempts, and leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(TIMEOUT, 700), async (shape, timeout) => {
        const clock = simulatedClock()
        const leaves: SimulatedResolver[] = []
        const resolver = grow(shape, clock, leaves)
        // Asked again, caches have something to repeat.
        for (const _ of ['first', 'again']) {
          const heard: Heard[] = []
          const reading = (async () => {
            for await (const event of resolver.resolve(alpha, { timeout })) heard.push({ event, at: clock.now() })
          })()
          await clock.advance(timeout + GRACE)
          await reading

          const events = heard.map(({ event }) => event)
          expect(events.filter(({ type }) => type === 'end')).toEqual([events.at(-1)])
          expect(unanswered(events)).toEqual([])
          const outcome = events.flatMap((event) => (event.type === 'end' ? [event.outcome] : []))[0]
          const statuses = events.flatMap((event) => (event.type === 'attempt-finished' ? [event.status] : []))
          const found = events.some(({ type }) => type === 'endpoint')
          const known = events.some(({ type }) => type === 'cluster')
          expect(outcome).toBe(outcomeOf({ found, known, statuses }))
          if (statuses.some((status) => failures.has(status))) expect(outcome).not.toBe('absent')
          for (const { askedAt, releasedAt } of leaves) expect(releasedAt.length).toBe(askedAt.length)
        }
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  it('leaves no timer when it is left early, aborted or disposed', async () => {
    const when = fc.record({ at: fc.nat(4_000), how: fc.constantFrom('left', 'aborted', 'disposed') })
    await fc.assert(
      fc.asyncProperty(tree, when, async (shape, { at, how }) => {
        const clock = simulatedClock()
        const leaves: SimulatedResolver[] = []
        const resolver = grow(shape, clock, leaves)
        const abort = new AbortController()
        const reading = (async () => {
          for await (const _ of resolver.resolve(alpha, { timeout: TIMEOUT, signal: abort.signal })) {
            if (how === 'left' && clock.now() >= at) return
          }
        })().catch(() => {})
        await clock.advance(at)
        if (how === 'aborted') abort.abort()
        if (how === 'disposed') void resolver[Symbol.asyncDispose]()
        await clock.advance(TIMEOUT + GRACE)
        await reading
        for (const { askedAt, releasedAt } of leaves) expect(releasedAt.length).toBe(askedAt.length)
        // Those that ignore everything sleep on by themselves.
        await clock.advance(70_000)
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 200, seed: 6 },
    )
  })
})

describe('firstOf', SLOW, () => {
  it('passes on the results of one, who is the most preferred by its rules', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(politeScript, { minLength: 1, maxLength: 4 }), async (scripts) => {
        const [startDelay, patience] = [250, 1_000]
        const clock = simulatedClock()
        const children = scripts.map((script, index) => simulatedResolver(`${index}`, clock, script))
        const results: { readonly child: number; readonly at: number }[] = []
        const reading = (async () => {
          for await (const event of firstOf(children, { clock }).resolve(alpha, { timeout: 60_000 })) {
            if (event.type === 'endpoint') results.push({ child: Number(event.source.backend), at: clock.now() })
          }
        })()
        await clock.advance(60_000)
        await reading

        /** When a child had, or would have had, its first result and its end, had it been left alone. */
        const times = scripts.map((script, index) => {
          const start = children[index]?.askedAt[0] ?? Number.POSITIVE_INFINITY
          const first = script.find(([, what]) => what === 'endpoint')?.[0] ?? Number.POSITIVE_INFINITY
          return { start, found: start + first, end: start + (script.at(-1)?.[0] ?? 0) }
        })
        const firstFound = Math.min(...times.map(({ found }) => found))
        for (const [index, { start }] of times.entries()) {
          const allBeforeEnded = Math.max(0, ...times.slice(0, index).map(({ end }) => end))
          if (start < Number.POSITIVE_INFINITY) expect(start).toBe(Math.min(index * startDelay, allBeforeEnded))
          else expect(firstFound).toBeLessThanOrEqual(Math.min(index * startDelay, allBeforeEnded))
        }
        if (firstFound === Number.POSITIVE_INFINITY) {
          expect(results).toEqual([])
          return
        }

        const winner = results[0]?.child ?? -1
        const decidedAt = results[0]?.at ?? -1
        expect(new Set(results.map(({ child }) => child))).toEqual(new Set([winner]))
        expect(results.length).toBe(scripts[winner]?.filter(([, what]) => what === 'endpoint').length)
        expect(decidedAt).toBeLessThanOrEqual(firstFound + patience)
        for (const { found, end } of times.slice(0, winner)) {
          expect(found).toBeGreaterThanOrEqual(decidedAt)
          if (end > decidedAt) expect(decidedAt).toBe(firstFound + patience)
        }
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

function unanswered(events: readonly ResolveEvent[]): string[] {
  const open: string[] = []
  for (const event of events) {
    if (event.type !== 'attempt-started' && event.type !== 'attempt-finished') continue
    const words = `${event.backend} ${event.method} ${event.target}`
    if (event.type === 'attempt-started') open.push(words)
    else if (open.includes(words)) open.splice(open.indexOf(words), 1)
  }
  return open
}
