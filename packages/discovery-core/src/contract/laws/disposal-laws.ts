import assert from 'node:assert/strict'
import type { ResolveEvent } from '../../model/events.js'
import { everyMethod, type Law, simpleWorld } from '../law.js'
import { allEvents, codeOf, inTime, leavesNothingBehind, rejectionOf } from '../observe.js'

/** Laws of disposal. */
export const disposalLaws: readonly Law[] = [
  {
    id: 'R-30',
    title: 'disposing twice, also at the same time, is the same as once',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      const { resolver } = fixture
      await allEvents(resolver.discover())
      await inTime(Promise.all([resolver[Symbol.asyncDispose](), resolver[Symbol.asyncDispose]()]), 'disposing')
      await inTime(Promise.resolve(resolver[Symbol.asyncDispose]()), 'disposing again')
    },
  },
  {
    id: 'R-31',
    title: 'disposing ends a question under way with ERR_RESOLVER_DISPOSED',
    async run({ publish }) {
      for (const ask of Object.values(everyMethod)) {
        await using fixture = await publish(simpleWorld)
        const stream = ask(fixture.resolver)[Symbol.asyncIterator]()
        await inTime(stream.next(), 'the first event')
        const disposed = fixture.resolver[Symbol.asyncDispose]()
        assert.equal(codeOf(await rejectionOf(endOf(stream))), 'ERR_RESOLVER_DISPOSED')
        await inTime(Promise.resolve(disposed), 'disposing')
      }
    },
  },
  {
    id: 'R-32',
    title: 'a disposed resolver refuses questions with ERR_RESOLVER_DISPOSED',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      await fixture.resolver[Symbol.asyncDispose]()
      for (const ask of Object.values(everyMethod)) {
        assert.equal(codeOf(await rejectionOf(allEvents(ask(fixture.resolver)))), 'ERR_RESOLVER_DISPOSED')
      }
    },
  },
  {
    id: 'R-33',
    title: 'no socket, file or timer is left after the last event',
    async run({ publish, patience }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        await leavesNothingBehind(patience.release, async () => {
          await allEvents(ask(fixture.resolver))
        })
      }
    },
  },
  {
    id: 'R-34',
    title: 'disposing a resolver that was never asked works',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      await inTime(Promise.resolve(fixture.resolver[Symbol.asyncDispose]()), 'disposing')
    },
  },
]

async function endOf(stream: AsyncIterator<ResolveEvent>): Promise<void> {
  for (;;) if ((await stream.next()).done === true) return
}
