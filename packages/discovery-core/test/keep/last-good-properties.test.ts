import { type AttemptStatus, parseClusterName, parseEndpoint, type Source } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemOf, type RetainedResult, retainLastGood } from '../../src/retain/last-good.js'
import { PollRecorder } from '../../src/retain/poll.js'
import { retainPolicyOf } from '../../src/retain/retain-options.js'

const backends = ['dns', 'lists', 'mdns'] as const
const failures = ['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable'] as const

/** The answer of one source in a round: `found` with hosts, or another status; and whether the cluster exists. */
const answer = fc.oneof(
  fc.record({
    status: fc.constant<AttemptStatus>('found'),
    hosts: fc.subarray([1, 2, 3], { minLength: 1 }),
    exists: fc.boolean(),
  }),
  fc.record({
    status: fc.constantFrom<AttemptStatus[]>(...failures, 'empty', 'empty', 'silent', 'skipped'),
    hosts: fc.constant<number[]>([]),
    exists: fc.boolean(),
  }),
)
const round = fc.record({ wait: fc.integer({ min: 1, max: 40_000 }), dns: answer, lists: answer, mdns: answer })

/** Many runs: a busy machine needs longer for them than for other unit tests. */
const SLOW = { timeout: 60_000 }

describe('the last good answer of several sources', SLOW, () => {
  it('loses what a source has said only when that source itself takes it back', () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 2, maxLength: 12 }), (rounds) => {
        const policy = retainPolicyOf({})
        let kept: readonly RetainedResult[] = []
        let now = 0
        /** The number of consecutive denials of a source that count. */
        const denials = new Map<string, number>(backends.map((backend) => [backend, 0]))
        for (const { wait, ...answers } of rounds) {
          now += wait
          const recorder = new PollRecorder('endpoint')
          const nobodyFound = backends.every((backend) => answers[backend].hosts.length === 0)
          for (const backend of backends) {
            const { status, hosts, exists } = answers[backend]
            const source: Source = { backend, method: 'asked', origin: backend, ttl: 60, authenticated: false }
            if (exists) recorder.add({ type: 'cluster', name: parseClusterName('alpha'), source })
            for (const host of hosts) recorder.add({ type: 'endpoint', ...parseEndpoint(`192.0.2.${host}`), source })
            const nothing = { target: 'x', server: null, count: 0, elapsedMs: 0, error: null, detail: null }
            recorder.add({ type: 'attempt-finished', id: 1, backend, method: 'asked', ...nothing, status })
            // That it was not needed counts as the no of all, where all have found nothing.
            const isDenial = status === 'empty' || (status === 'skipped' && nobodyFound)
            denials.set(backend, isDenial ? (denials.get(backend) ?? 0) + 1 : 0)
          }
          const after = retainLastGood(kept, recorder.poll(now), policy)
          const left = new Set(
            after.retained.map(({ assertion }) => `${assertion.source.backend} ${itemOf(assertion)}`),
          )
          for (const { assertion: statement } of kept) {
            const { backend } = statement.source
            if (statement.type !== 'endpoint' || left.has(`${backend} ${itemOf(statement)}`)) continue
            const { status } = answers[backend as 'dns']
            expect(['found', 'empty', 'skipped']).toContain(status)
            // A no beside results of others, or of a cluster that exists, has to be confirmed like any other.
            if (status === 'empty') expect(denials.get(backend)).toBeGreaterThanOrEqual(2)
          }
          if (after.outcome === 'absent') expect(after.retained).toEqual([])
          kept = after.retained
        }
      }),
      { numRuns: 2_000, seed: 41 },
    )
  })
})
