import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { ResolveEvent } from '../../model/events.js'
import { everyMethod, type Law, simpleWorld } from '../law.js'
import { allEvents, codeOf, discovered, inTime, leavesNothingBehind, rejectionOf } from '../observe.js'

const reason = new Error('the caller has changed its mind')

/** Effects of a caller's signal and timeout. */
export const abortLaws: readonly Law[] = [
  {
    id: 'R-20',
    title: 'with an aborted signal nothing is asked, and the rejection is the reason itself',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        const stream = ask(fixture.resolver, { signal: AbortSignal.abort(reason) })[Symbol.asyncIterator]()
        assert.equal(await rejectionOf(stream.next()), reason)
      }
    },
  },
  {
    id: 'R-21',
    title: 'an abort in flight rejects promptly with the reason itself, and releases everything',
    needs: 'silent',
    async run({ breakdown, patience }) {
      await using fixture = await breakdown('silent')
      for (const ask of Object.values(everyMethod)) {
        await leavesNothingBehind(patience.release, async () => {
          const abort = new AbortController()
          const stream = ask(fixture.resolver, { signal: abort.signal })[Symbol.asyncIterator]()
          await inTime(stream.next(), 'the first event')
          const reading = readOn(stream)
          abort.abort(reason)
          assert.equal(await inTime(rejectionOf(reading), 'the rejection', 1_000), reason)
        })
      }
    },
  },
  {
    id: 'R-22',
    title: 'after an abort between events the next one rejects with the reason; what was buffered is dropped',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        const abort = new AbortController()
        const stream = ask(fixture.resolver, { signal: abort.signal })[Symbol.asyncIterator]()
        await inTime(stream.next(), 'the first event')
        abort.abort(reason)
        assert.equal(await rejectionOf(stream.next()), reason)
        assert.equal((await stream.next()).done, true)
      }
    },
  },
  {
    id: 'R-23',
    title: 'no listener stays on the signal',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const { signal } = new AbortController()
      for (const ask of Object.values(everyMethod)) {
        await allEvents(ask(fixture.resolver, { signal }))
        for await (const _ of ask(fixture.resolver, { signal })) break
        assert.equal(getEventListeners(signal, 'abort').length, 0)
      }
    },
  },
  {
    id: 'R-24',
    title: 'aborting one question leaves the others alone',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const abort = new AbortController()
      const stream = fixture.resolver.discover({ signal: abort.signal })[Symbol.asyncIterator]()
      await inTime(stream.next(), 'the first event')
      const other = inTime(discovered(fixture.resolver), 'the other question')
      abort.abort(reason)
      const [, report] = await Promise.all([rejectionOf(stream.next()), other])
      assert.equal(report.clusters.length, 2)
    },
  },
  {
    id: 'R-25',
    title: 'running out of time is an outcome, not an exception',
    needs: 'silent',
    async run({ breakdown, patience }) {
      await using fixture = await breakdown('silent')
      for (const ask of Object.values(everyMethod)) {
        const end = (await allEvents(ask(fixture.resolver, { timeout: Math.min(patience.answer, 50) }))).at(-1)
        assert.ok(end?.type === 'end')
        assert.equal(end.outcome, 'undetermined')
      }
    },
  },
  {
    id: 'R-26',
    title: 'a timeout that is no number of milliseconds is refused with ERR_OPTION_INVALID',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        for (const timeout of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
          const error = await rejectionOf(allEvents(ask(fixture.resolver, { timeout })))
          assert.equal(codeOf(error), 'ERR_OPTION_INVALID')
        }
      }
    },
  },
]

async function readOn(stream: AsyncIterator<ResolveEvent>): Promise<void> {
  for (;;) if ((await stream.next()).done === true) return
}
