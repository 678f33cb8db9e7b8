import { type EndpointWatchEvent, type Outcome, simulatedClock, watch } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

/** Many runs of much simulated time: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 60_000 }

/** The knowledge of a consumer that believes every event. */
class Believer {
  outcome: Outcome | 'nothing yet' = 'nothing yet'
  items = new Set<string>()
  stale = new Set<string>()
  wasEmpty = false

  hear(event: EndpointWatchEvent): void {
    this.outcome = event.outcome
    if (!('address' in event)) {
      const items = event.endpoints.map(itemOf)
      if (event.type === 'snapshot') this.items = new Set(items)
      if (event.type !== 'recovered') this.stale = event.type === 'stale' ? new Set(items) : new Set()
      else this.stale.clear()
    } else if (event.type === 'removed') {
      this.items.delete(itemOf(event))
      this.stale.delete(itemOf(event))
    } else {
      this.items.add(itemOf(event))
    }
    this.wasEmpty ||= this.items.size === 0
  }

  toString(): string {
    const shown = [...this.items].sort().map((item) => (this.stale.has(item) ? item.toLowerCase() : item))
    return `${shown.join('')} ${this.outcome}`
  }
}

/** The result of the rounds as the documentation describes it, in seconds. */
function expected(rounds: readonly (readonly [at: number, answer: string])[]): string {
  let [set, saidAt, isStale, denials, deniedAt, outcome] = ['', 0, false, 0, 0, 'nothing yet']
  for (const [at, answer] of rounds) {
    if (at - saidAt > 86_400) set = ''
    const [what = ''] = answer.split('/')
    if (/^[A-Z]/.test(what)) {
      ;[set, saidAt, isStale, denials, outcome] = [what.replaceAll(',', ''), at, false, 0, 'found']
      continue
    }
    const isDenial = what === 'empty'
    if (!isDenial) denials = 0
    else if (denials === 0 || at - deniedAt >= 30) [denials, deniedAt] = [denials + 1, at]
    if (denials >= 2) set = ''
    isStale = set !== ''
    outcome = isStale ? 'found' : isDenial ? 'absent' : 'undetermined'
    if (!isStale) denials = 0
  }
  return `${isStale ? set.toLowerCase() : set} ${outcome}`
}

const answer = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('A/60', 'A,B/100', 'B,C/300', 'C', 'A,B,C/5000') },
  { weight: 1, arbitrary: fc.constantFrom('empty/60', 'empty') },
  { weight: 2, arbitrary: fc.constantFrom('refused', 'timeout', 'unreachable', 'hangs', 'silent') },
)
const moment = fc.record({
  wait: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 80_000, max: 100_000 }) },
  ),
  answer,
  reads: fc.nat(3),
})

describe('watch', () => {
  it('leads everybody who believes it, however slowly, to what its rounds amount to', SLOW, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 15 }), fc.nat(1_000), async (moments, draw) => {
        const clock = simulatedClock()
        const backend = answeringResolver([], { clock, delay: 0 })
        const random = { below: (limit: number) => Math.floor((draw * limit) / 1_001) }
        const watching = watch(backend, 'alpha', { clock, random })
        const events = watching[Symbol.asyncIterator]()
        const believer = new Believer()
        const rounds: (readonly [number, string])[] = []
        let asked = 0
        let reading = Promise.resolve()
        const read = async (times: number): Promise<void> => {
          for (let count = 0; count < times; count += 1) {
            const { value } = await events.next()
            if (value !== undefined) believer.hear(value)
          }
        }
        for (const { wait, answer: text, reads } of moments) {
          backend.answers = [text]
          // The first event is awaited at once, since nothing is asked before.
          const times = rounds.length === 0 ? reads + 1 : reads
          reading = reading.then(() => read(times))
          await clock.advance(wait * 1_000)
          // A question that hangs ends five seconds after it was asked; what is under way counts when it has ended.
          await clock.advance(backend.underWay > 0 ? 5_000 : 0)
          for (const at of backend.askedAt.slice(asked)) rounds.push([at / 1_000 + (text === 'hangs' ? 5 : 0), text])
          asked = backend.askedAt.length
        }
        // Somebody who reads on reaches what there is.
        reading = reading.then(() => read(1_000)).catch(() => {})
        await clock.advance(0)
        expect(`${believer}`).toBe(expected(rounds))
        await watching[Symbol.asyncDispose]()
        await reading
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 50, seed: 21 },
    )
  })

  it('shows nobody an empty set who has seen another one, unless it is confirmed or too old', async () => {
    const trouble = fc.constantFrom('A,B/60', 'refused', 'timeout', 'unreachable', 'hangs', 'silent', 'malformed')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(400), trouble), { maxLength: 40 }), async (moments) => {
        const clock = simulatedClock()
        const backend = answeringResolver(['A,B/60'], { clock, delay: 5 })
        const watching = watch(backend, 'alpha', { clock })
        const believer = new Believer()
        const reading = (async () => {
          for await (const event of watching) believer.hear(event)
        })()
        for (const [wait, text] of moments) {
          await clock.advance(wait * 1_000 + 10)
          backend.answers = [text]
        }
        await watching[Symbol.asyncDispose]()
        await reading
        expect(believer.wasEmpty).toBe(false)
      }),
      { numRuns: 100, seed: 22 },
    )
  })
})
