import assert from 'node:assert/strict'
import { type ClusterName, parseClusterName } from '../../model/cluster-name.js'
import type { Resolver } from '../../query/resolver.js'
import { type Law, simpleWorld } from '../law.js'
import { codeOf, inTime, leavesNothingBehind, rejectionOf } from '../observe.js'

const reason = new Error('the caller has changed its mind')
const subjects: readonly (ClusterName | undefined)[] = [undefined, parseClusterName('alpha')]

/** Laws of `changes`, where a resolver has it. */
export const hintLaws: readonly Law[] = [
  {
    id: 'R-60',
    title: 'an abort ends hints at once with the reason itself, and releases everything',
    async run({ publish, patience }) {
      await using fixture = await publish(simpleWorld)
      for (const subject of subjects) {
        await leavesNothingBehind(patience.release, async () => {
          const abort = new AbortController()
          const ending = endOfHints(fixture.resolver, subject, abort.signal)
          abort.abort(reason)
          if (ending !== undefined) assert.equal(await inTime(ending, 'the hints', patience.release), reason)
        })
      }
    },
  },
  {
    id: 'R-61',
    title: 'disposing ends hints at once with ERR_RESOLVER_DISPOSED, and refuses further ones',
    async run({ publish, patience }) {
      for (const subject of subjects) {
        await using fixture = await publish(simpleWorld)
        const ending = endOfHints(fixture.resolver, subject)
        const disposed = fixture.resolver[Symbol.asyncDispose]()
        for (const end of [ending, endOfHints(fixture.resolver, subject)]) {
          if (end === undefined) continue
          assert.equal(codeOf(await inTime(end, 'the hints', patience.release)), 'ERR_RESOLVER_DISPOSED')
        }
        await inTime(Promise.resolve(disposed), 'disposing')
      }
    },
  },
]

/** Returns what hints that are being waited for end with; undefined where the resolver gives none. */
function endOfHints(
  resolver: Resolver,
  subject: ClusterName | undefined,
  signal?: AbortSignal,
): Promise<unknown> | undefined {
  const hints = resolver.changes?.(subject, { signal })
  if (hints === undefined) return undefined
  return rejectionOf(
    (async () => {
      for await (const _ of hints);
    })(),
  )
}
