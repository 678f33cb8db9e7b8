import {
  cached,
  firstOf,
  mergeOf,
  type Resolver,
  resolveCluster,
  simulatedClock,
  watch,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

/** Many runs of much simulated time: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 120_000 }

const errors = ['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable', 'silent'] as const

/** The answers of three sources in one poll; each has letters of its own. The first is preferred to the second, and so on. */
const poll = fc.tuple(
  fc.constantFrom('A/1', 'B/1', 'A,B/1', 'empty', ...errors),
  fc.constantFrom('E/1', 'F/1', 'E,F/1', 'empty', ...errors),
  fc.constantFrom('I/1', 'J/1', 'I,J/1', 'empty', ...errors),
)
type Poll = readonly [string, string, string]

const ownerOf = (item: string): number => Math.floor((item.charCodeAt(0) - 65) / 4)
const isError = (answer: string): boolean => (errors as readonly string[]).includes(answer)
const hasFound = (answer: string): boolean => /^[A-Z]/.test(answer)

/** A composition of three, and those of them that are alternatives to each other, best first; others are united. */
interface Shape {
  readonly what: string
  readonly compose: (resolvers: readonly Resolver[]) => Resolver
  readonly isPreferred: (one: number, other: number) => boolean
  /** Which are chosen together; left out where each is by itself. */
  readonly together?: readonly number[]
}

function shapesOn(clock: ReturnType<typeof simulatedClock>): readonly Shape[] {
  const first = (resolvers: readonly Resolver[]) => firstOf(resolvers, { clock })
  const merge = (resolvers: readonly Resolver[]) => mergeOf(resolvers, { clock })
  const split = ([a, ...rest]: readonly Resolver[]) => ({ head: a === undefined ? [] : [a], rest })
  return [
    { what: 'firstOf', compose: first, isPreferred: (one, other) => one < other },
    {
      what: 'firstOf in firstOf',
      compose: (all) => first([...split(all).head, first(split(all).rest)]),
      isPreferred: (one, other) => one < other,
    },
    {
      what: 'firstOf one and a union',
      compose: (all) => first([...split(all).head, merge(split(all).rest)]),
      isPreferred: (one, other) => one === 0 && other > 0,
      together: [1, 2],
    },
    {
      what: 'a union of one and firstOf',
      compose: (all) => merge([...split(all).head, first(split(all).rest)]),
      isPreferred: (one, other) => one === 1 && other === 2,
    },
    { what: 'mergeOf', compose: merge, isPreferred: () => false },
  ]
}

/** Holds one step to the law: no error removes or replaces anything. */
function checkStep(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  answers: Poll,
  { isPreferred, together = [] }: Shape,
): void {
  const answerOf = (owner: number): string => answers[owner] ?? ''
  for (const item of before) {
    if (after.has(item)) continue
    const owner = ownerOf(item)
    const supersededBy = answers.filter((answer, other) => isPreferred(other, owner) && hasFound(answer))
    // Its source has answered, or one that is preferred to it has.
    expect([item, isError(answerOf(owner)) && supersededBy.length === 0]).toEqual([item, false])
  }
  const held = new Set([...before].map(ownerOf))
  for (const item of after) {
    const owner = ownerOf(item)
    // What has taken over already is followed.
    const isFollowed = held.has(owner) || (together.includes(owner) && together.some((other) => held.has(other)))
    if (before.has(item) || isFollowed) continue
    const failed = [...held].filter((other) => isPreferred(other, owner) && isError(answerOf(other)))
    expect([item, failed]).toEqual([item, []])
  }
}

const shapes = shapesOn(simulatedClock()).map(({ what }, index) => [what, index] as const)

describe.each(shapes)('over any sequence of polls of %s, no error removes or replaces anything', (_, index) => {
  it('in a cache', SLOW, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(poll, { minLength: 2, maxLength: 10 }), async (polls) => {
        const clock = simulatedClock()
        const shape = shapesOn(clock)[index] as Shape
        const resolvers = ['one', 'two', 'three'].map((name) => answeringResolver([], { clock, name }))
        const cache = cached(shape.compose(resolvers), { clock, refreshAhead: 0 })
        let before: ReadonlySet<string> = new Set()
        for (const answers of polls) {
          for (const [which, resolver] of resolvers.entries()) resolver.answers = [answers[which] ?? '']
          const pending = resolveCluster(cache, 'alpha')
          await clock.advance(60_000)
          const report = await pending
          const after = new Set(report.endpoints.map(itemOf))
          checkStep(before, after, answers, shape)
          if (report.outcome === 'absent') expect(answers.some(isError)).toBe(false)
          before = after
        }
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 60, seed: 13 },
    )
  })

  it('in a watch', SLOW, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(poll, { minLength: 2, maxLength: 8 }), async (polls) => {
        const clock = simulatedClock()
        const shape = shapesOn(clock)[index] as Shape
        const resolvers = ['one', 'two', 'three'].map((name) => answeringResolver([], { clock, name }))
        const [answerFirst, ...others] = polls
        const set = (answers: Poll): void => {
          for (const [which, resolver] of resolvers.entries()) resolver.answers = [answers[which] ?? '']
        }
        set(answerFirst as Poll)
        const items = new Set<string>()
        const watching = watch(shape.compose(resolvers), 'alpha', { clock, jitter: 0 })
        const reading = (async () => {
          for await (const event of watching) {
            if (event.type === 'snapshot') {
              items.clear()
              for (const endpoint of event.endpoints) items.add(itemOf(endpoint))
            } else if (event.type === 'removed') items.delete(itemOf(event))
            else if (event.type === 'added') items.add(itemOf(event))
          }
        })()
        await clock.advance(6_000)
        for (const answers of others) {
          set(answers)
          const before = new Set(items)
          const refreshed = watching.refresh()
          await clock.advance(40_000)
          await refreshed
          checkStep(before, new Set(items), answers, shape)
        }
        await watching[Symbol.asyncDispose]()
        await reading
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 40, seed: 14 },
    )
  })
})
