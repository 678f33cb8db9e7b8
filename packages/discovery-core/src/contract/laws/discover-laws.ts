import assert from 'node:assert/strict'
import { clusterNameFault } from '../../model/cluster-name.js'
import type { World } from '../harness.js'
import { everyMethod, type Law, simpleWorld } from '../law.js'
import { allEvents, discovered, inTime, leavesNothingBehind } from '../observe.js'

const worldWithBadNames: World = {
  clusters: ['good', 'not a name', 'a.b', 'x'.repeat(64), '\u001b[31mred', 'eins\u2212zwei'].map((name) => ({
    name,
    endpoints: [{ address: '192.0.2.1', port: 2510 }],
  })),
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const rawControl = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/

/** Laws of `discover`. */
export const discoverLaws: readonly Law[] = [
  {
    id: 'R-01',
    title: 'discover reports every cluster exactly once',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const report = await inTime(discovered(fixture.resolver), 'discover')
      assert.deepEqual(report.clusters.map(({ name }) => name).toSorted(), ['Beta_2-x', 'alpha'])
      assert.equal(report.outcome, 'found')
    },
  },
  {
    id: 'R-02',
    title: 'discover of an empty world ends normally: absent, or undetermined where no source can deny',
    async run({ publish, supports }) {
      await using fixture = await publish({ clusters: [] })
      const report = await inTime(discovered(fixture.resolver), 'discover')
      assert.deepEqual(report.clusters, [])
      assert.equal(report.outcome, supports.absence ? 'absent' : 'undetermined')
    },
  },
  {
    id: 'R-04',
    title: 'nothing is opened before the first event is awaited',
    async run({ publish, patience }) {
      await using fixture = await publish(simpleWorld)
      await leavesNothingBehind(patience.release, async () => {
        // More than once, so that what a test runner opens and closes meanwhile cannot hide it.
        for (let times = 0; times < 10; times += 1) {
          for (const ask of Object.values(everyMethod)) ask(fixture.resolver)
        }
      })
    },
  },
  {
    id: 'R-05',
    title: 'leaving the loop early releases everything',
    async run({ publish, patience }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        await leavesNothingBehind(patience.release, async () => {
          for await (const _ of ask(fixture.resolver)) break
        })
      }
    },
  },
  {
    id: 'R-06',
    title: 'two simultaneous questions do not disturb each other',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const both = Promise.all([discovered(fixture.resolver), discovered(fixture.resolver)])
      const [one, other] = await inTime(both, 'two questions')
      assert.equal(one.clusters.length, 2)
      assert.equal(other.clusters.length, 2)
    },
  },
  {
    id: 'R-07',
    title: 'a name that breaks the rule is never yielded, and costs no good one',
    async run({ publish }) {
      await using fixture = await publish(worldWithBadNames)
      const events = await allEvents(fixture.resolver.discover())
      const names = new Set<string>()
      for (const event of events) if (event.type === 'cluster') names.add(event.name)
      for (const name of names) assert.equal(clusterNameFault(name), undefined)
      assert.deepEqual([...names], ['good'])
    },
  },
  {
    id: 'R-52',
    title: 'control characters from outside never appear raw in messages and origins',
    async run({ publish }) {
      await using fixture = await publish(worldWithBadNames)
      for (const event of await allEvents(fixture.resolver.discover())) {
        if (event.type === 'warning') {
          assert.doesNotMatch(event.message, rawControl)
          assert.match(event.code, /^[a-z0-9]+(-[a-z0-9]+)*$/)
        }
        if (event.type === 'cluster') assert.doesNotMatch(event.source.origin, rawControl)
        if (event.type === 'attempt-finished') {
          const texts = [event.target, event.server, event.detail, event.error?.message]
          for (const text of texts) assert.doesNotMatch(text ?? '', rawControl)
        }
      }
    },
  },
]
