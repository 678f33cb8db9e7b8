import {
  firstOf,
  formatEndpoint,
  mergeOf,
  type Resolver,
  resolveCluster,
  simulatedClock,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { politeScript } from './composition-tree.js'
import { type Step, simulatedResolver } from './simulated-resolver.js'

/** Many runs of much simulated time: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 60_000 }
const often = { numRuns: 150, seed: 8 }

type Script = readonly Step[]
type Compose = (resolvers: readonly Resolver[]) => Resolver

/** The result of a composition, without its times and messages. */
interface Answer {
  readonly outcome: string
  /** Best first, each with who says so. */
  readonly endpoints: readonly string[]
  /** The resolvers that were queried, and the status of each. */
  readonly attempts: readonly string[]
}

/** Asks a composition of resolvers `0`, `1`, ... that answer by their scripts. */
async function answerOf(
  scripts: readonly Script[],
  compose: (merge: Compose, first: Compose) => Compose,
): Promise<Answer> {
  const clock = simulatedClock()
  const merge: Compose = (resolvers) => mergeOf(resolvers, { clock })
  const first: Compose = (resolvers) => firstOf(resolvers, { clock })
  const children = scripts.map((script, index) => simulatedResolver(`${index}`, clock, script))
  const pending = resolveCluster(compose(merge, first)(children), 'alpha', { timeout: 60_000 })
  await clock.advance(60_000)
  return answerIn(await pending)
}

function answerIn({ outcome, endpoints, attempts }: Awaited<ReturnType<typeof resolveCluster>>): Answer {
  return {
    outcome,
    endpoints: endpoints.map((one) => `${formatEndpoint(one)} ${one.sources.map(({ backend }) => backend).sort()}`),
    attempts: attempts.map(({ backend, status }) => `${backend} ${status}`).sort(),
  }
}

const unordered = ({ outcome, endpoints, attempts }: Answer): Answer => ({
  outcome,
  endpoints: endpoints.toSorted(),
  attempts,
})

const three = fc.tuple(politeScript, politeScript, politeScript)
const pick = (resolvers: readonly Resolver[], index: number): readonly Resolver[] => resolvers.slice(index, index + 1)

describe('mergeOf', SLOW, () => {
  it('is associative: who is merged first makes no difference, not even to the order', async () => {
    await fc.assert(
      fc.asyncProperty(three, async (scripts) => {
        const flat = await answerOf(scripts, (merge) => merge)
        const left = await answerOf(scripts, (merge) => (all) => merge([merge(all.slice(0, 2)), ...pick(all, 2)]))
        const right = await answerOf(scripts, (merge) => (all) => merge([...pick(all, 0), merge(all.slice(1))]))
        expect(left).toEqual(flat)
        expect(right).toEqual(flat)
      }),
      often,
    )
  })

  it('is commutative up to the order', async () => {
    await fc.assert(
      fc.asyncProperty(three, async (scripts) => {
        const forth = await answerOf(scripts, (merge) => merge)
        const back = await answerOf(scripts, (merge) => (all) => merge(all.toReversed()))
        expect(unordered(back)).toEqual(unordered(forth))
      }),
      often,
    )
  })

  it('finds what any finds, and says no only where nobody failed and one says no', async () => {
    await fc.assert(
      fc.asyncProperty(three, async (scripts) => {
        const whole = await answerOf(scripts, (merge) => merge)
        const alone = await Promise.all(scripts.map((script) => answerOf([script], (merge) => merge)))
        const addresses = (answers: readonly Answer[]) =>
          new Set(answers.flatMap(({ endpoints }) => endpoints.map((text) => text.split(' ')[0])))
        expect(addresses([whole])).toEqual(addresses(alone))
        expect(whole.outcome).toBe(joined(alone))
      }),
      often,
    )
  })
})

describe('a composition of one, or with one that cannot be asked by nature', SLOW, () => {
  it.each<[name: string, compose: (merge: Compose, first: Compose) => Compose]>([
    ['mergeOf', (merge) => merge],
    ['firstOf', (_, first) => first],
    ['each in the other', (merge, first) => (all) => merge([first([merge([first(all)])])])],
  ])('changes nothing: %s', async (_, compose) => {
    await fc.assert(
      fc.asyncProperty(politeScript, fc.constantFrom(0, 1, 2), async (script, place) => {
        const plain = await answerOf(
          [script],
          () =>
            ([only]) =>
              only ?? mergeOf([]),
        )
        const skipped: Script = [[0, 'end', 'skipped']]
        const scripts = place === 0 ? [script] : place === 1 ? [script, skipped] : [skipped, script]
        const { attempts, ...composed } = await answerOf(scripts, compose)
        expect({ ...composed, attempts: attempts.filter((text) => !text.endsWith('skipped')).length }).toEqual({
          outcome: plain.outcome,
          endpoints: plain.endpoints.map((text) => (place === 2 ? text.replace(/ 0$/, ' 1') : text)),
          attempts: plain.attempts.filter((text) => !text.endsWith('skipped')).length,
        })
      }),
      often,
    )
  })
})

describe('a composition of nobody', SLOW, () => {
  it('takes the certainty from a no, since nobody cannot say one, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(politeScript, async (script) => {
        const plain = await answerOf([script], (merge) => merge)
        const outcome = plain.outcome === 'absent' ? 'undetermined' : plain.outcome
        for (const nobody of [mergeOf([]), firstOf([])]) {
          const merged = await answerOf([script], (merge) => (all) => merge([...all, nobody]))
          expect(merged).toMatchObject({ outcome, endpoints: plain.endpoints })
        }
      }),
      often,
    )
  })

  it('says nothing by itself', async () => {
    for (const compose of [(merge: Compose) => merge, (_: Compose, first: Compose) => first]) {
      expect(await answerOf([], compose)).toEqual({ outcome: 'undetermined', endpoints: [], attempts: [] })
    }
  })
})

describe('firstOf beside mergeOf', SLOW, () => {
  it('finds where that finds, nothing that it does not, and comes to the same where nobody finds', async () => {
    await fc.assert(
      fc.asyncProperty(three, async (scripts) => {
        const first = await answerOf(scripts, (_, first) => first)
        const merged = await answerOf(scripts, (merge) => merge)
        expect(first.outcome === 'found').toBe(merged.outcome === 'found')
        const addresses = merged.endpoints.map((text) => text.split(' ')[0])
        for (const text of first.endpoints) expect(addresses).toContain(text.split(' ')[0])
        if (merged.outcome !== 'found') expect(first).toEqual(merged)
      }),
      often,
    )
  })
})

/** The outcome of all, from the outcomes of each: the lattice that `docs/laws.md` has in words. */
function joined(answers: readonly Answer[]): string {
  const outcomes = answers.map(({ outcome }) => outcome)
  for (const strongest of ['found', 'known']) if (outcomes.includes(strongest)) return strongest
  const hasFailure = answers.some(({ attempts }) =>
    attempts.some((text) => / (?:refused|timeout|unreachable)$/.test(text)),
  )
  return !hasFailure && outcomes.includes('absent') ? 'absent' : 'undetermined'
}
