import { CancellationSource, type CancellationToken, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import type { DnsContext } from '../../src/lookup/dns-context.js'
import { signedFirst } from '../../src/transfer/signing.js'

interface Said {
  readonly kind: string
}

/** A context of which only what is needed here is there. */
function context(serversGiven: boolean): DnsContext {
  return {
    query: { cancellation: new CancellationSource(), clock: simulatedClock() },
    settings: { serversGiven },
  } as unknown as DnsContext
}

/** Asks, and says in which contexts and until when. */
async function asked(
  { plain, signed }: { readonly plain: DnsContext; readonly signed: DnsContext },
  say: (context: DnsContext, ending: CancellationToken) => Promise<Said>,
) {
  const contexts: DnsContext[] = []
  const endings: CancellationToken[] = []
  const answer = await signedFirst({ plain, signed }, (context, ending) => {
    contexts.push(context)
    endings.push(ending)
    return say(context, ending)
  })
  return { answer, contexts, endings }
}

describe('where to transfer from', () => {
  it('is asked once where there is no key', async () => {
    const plain = context(false)
    const { contexts, endings } = await asked({ plain, signed: plain }, async () => ({ kind: 'found' }))
    expect(contexts).toEqual([plain])
    expect(endings).toEqual([plain.query.cancellation])
  })

  it('is asked once, signed, where the servers are given', async () => {
    const [plain, signed] = [context(true), context(true)]
    const { contexts } = await asked({ plain, signed }, async () => ({ kind: 'failed' }))
    expect(contexts.map((each) => each === signed)).toEqual([true])
  })

  it('is not asked any more once a signed answer is there', async () => {
    const [plain, signed] = [context(false), context(false)]
    const { answer, endings } = await asked({ plain, signed }, (context, ending) =>
      context === signed
        ? Promise.resolve({ kind: 'found' })
        : new Promise((resolve) => {
            ending.onAbort(() => resolve({ kind: 'failed' }))
          }),
    )
    expect(answer).toEqual({ kind: 'found' })
    expect(endings.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(plain.query.cancellation.aborted).toBe(false)
  })
})
