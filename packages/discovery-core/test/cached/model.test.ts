import { cached, type EmptyPolicy, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answeringResolver, itemOf } from '../answering-resolver.js'

/** Many runs of much simulated time: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 60_000 }

/** A model of one source as the documentation describes it, in seconds. */
class Model {
  asked = 0
  #set = ''
  #saidAt = 0
  #stale = false
  #outcome = 'undetermined'
  #denials = 0
  #deniedAt = 0
  #goodUntil = 0
  readonly #empty: EmptyPolicy

  constructor(empty: EmptyPolicy) {
    this.#empty = empty
  }

  ask(now: number, answer: string): string {
    const isDue = this.#stale || now >= this.#goodUntil
    if (isDue && now - this.#saidAt > 86_400) this.#drop('undetermined')
    if (now >= this.#goodUntil) this.#hear(now, answer)
    return `${this.#stale ? this.#set.toLowerCase() : this.#set} ${this.#outcome}`
  }

  #hear(now: number, answer: string): void {
    this.asked += 1
    const [what = '', ttl] = answer.split('/')
    if (what === 'empty') {
      this.#hearNo(now, ttl)
      return
    }
    this.#denials = 0
    if (/^[A-Z]/.test(what)) {
      this.#set = what
      this.#saidAt = now
      this.#stale = false
      this.#outcome = 'found'
      this.#goodUntil = now + Math.min(Number(ttl ?? 60), 3_600)
      return
    }
    if (this.#set === '') this.#drop('undetermined')
    this.#stale = this.#set !== ''
    this.#goodUntil = now + (this.#stale ? 30 : 1)
  }

  #hearNo(now: number, ttl: string | undefined): void {
    const counts = this.#denials === 0 || now - this.#deniedAt >= 30
    if (counts) {
      this.#denials += 1
      this.#deniedAt = now
    }
    const believed = this.#empty === 'believe' || (this.#empty === 'confirm' && this.#denials >= 2)
    if (this.#set === '' || believed) {
      this.#drop('absent')
      this.#goodUntil = now + Math.min(Number(ttl ?? 30), 300)
      return
    }
    this.#stale = true
    this.#goodUntil = now + 30
  }

  #drop(outcome: string): void {
    this.#set = ''
    this.#stale = false
    this.#outcome = outcome
    this.#denials = 0
  }
}

const answer = fc.oneof(
  fc.constantFrom('A', 'A/20', 'AB/200', 'B/5000'),
  fc.constantFrom('empty', 'empty/100', 'empty/5000'),
  fc.constantFrom('refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable', 'silent'),
)
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 10_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 80_000, max: 100_000 }) },
)

describe('cached', () => {
  it('does what its documentation says, whatever is answered when', SLOW, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(wait, answer), { minLength: 1, maxLength: 30 }),
        fc.constantFrom<EmptyPolicy[]>('believe', 'confirm', 'keep'),
        async (moments, empty) => {
          const clock = simulatedClock()
          const backend = answeringResolver([], { clock, delay: 0 })
          const resolver = cached(backend, { clock, refreshAhead: 0, empty })
          const model = new Model(empty)
          for (const [seconds, text] of moments) {
            await clock.advance(seconds * 1_000)
            backend.answers = [/^[A-Z]/.test(text) ? text.replace('AB', 'A,B') : text]
            const pending = resolveCluster(resolver, 'alpha')
            await clock.advance(0)
            const { endpoints, outcome } = await pending
            const items = endpoints.map((one) => (one.staleMs === undefined ? itemOf(one) : itemOf(one).toLowerCase()))
            expect(`${items.join('')} ${outcome}`).toBe(model.ask(clock.now() / 1_000, text))
            expect(backend.askedAt.length).toBe(model.asked)
          }
          expect(clock.sleepers).toBe(0)
        },
      ),
      { numRuns: 300, seed: 11 },
    )
  })
})
