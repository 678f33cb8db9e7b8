import assert from 'node:assert/strict'
import type { Report } from '../../report/report.js'
import type { Law } from '../law.js'
import { discovered, inTime, resolved } from '../observe.js'

/** Laws of broken sources: never an exception, never "no such cluster". */
export const faultLaws: readonly Law[] = [
  {
    id: 'R-43',
    title: 'a source without a way to it is undetermined, and an attempt says why',
    needs: 'unreachable',
    async run({ breakdown, patience }) {
      await using fixture = await breakdown('unreachable')
      for (const report of [
        await inTime(discovered(fixture.resolver, { timeout: patience.answer }), 'discover'),
        await inTime(resolved(fixture.resolver, 'alpha', { timeout: patience.answer }), 'resolve'),
      ]) {
        assert.equal(report.outcome, 'undetermined')
        assertSomebodySaysWhy(report)
      }
    },
  },
  {
    id: 'R-44',
    title: 'rubbish is neither found nor absent, and does not hang',
    needs: 'malformed',
    async run({ breakdown, patience }) {
      await using fixture = await breakdown('malformed')
      const report = await inTime(resolved(fixture.resolver, 'alpha', { timeout: patience.answer }), 'resolve')
      assert.deepEqual(report.endpoints, [])
      assert.ok(report.outcome === 'undetermined' || report.outcome === 'known', report.outcome)
      await inTime(discovered(fixture.resolver, { timeout: patience.answer }), 'discover')
    },
  },
  {
    id: 'R-45',
    title: 'a source that never answers is undetermined within its time',
    needs: 'silent',
    async run({ breakdown, patience }) {
      await using fixture = await breakdown('silent')
      const query = resolved(fixture.resolver, 'alpha', { timeout: patience.answer })
      const report = await inTime(query, 'resolve', patience.answer + 1_000)
      assert.deepEqual(report.endpoints, [])
      assert.ok(report.attempts.length > 0)
      // Silence is how multicast sounds when no host has the cluster; other sources that were asked may then deny.
      const heardByNature = report.attempts.some(({ status }) => status === 'silent')
      if (!heardByNature) assert.equal(report.outcome, 'undetermined')
    },
  },
]

function assertSomebodySaysWhy({ attempts }: Report): void {
  assert.ok(attempts.some(({ error }) => error !== null && error.code !== '' && error.message !== ''))
}
