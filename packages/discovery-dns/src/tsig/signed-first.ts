import type { Ending } from '@pstorage/discovery-core'
import type { DnsContext } from '../dns-context.js'
import { firstInOrder } from '../first-in-order.js'
import { linkedAbort } from '../linked-abort.js'

/** Milliseconds that a signed answer gets once there is one without. */
const PATIENCE = 400

const answered = new Error('it is answered')

/**
 * Asks where to transfer from, with signatures. Servers from resolv.conf seldom know the key, which is between us and the
 * servers of the zone; so they are asked without one at the same time, and that answer counts where no signed one comes.
 * A forged one leads to a server that has not the key, and a transfer from that is not believed.
 */
export async function signedFirst<Result extends { readonly kind: string }>(
  { plain, signed }: { readonly plain: DnsContext; readonly signed: DnsContext },
  ask: (context: DnsContext, ending: Ending) => Promise<Result>,
): Promise<Result> {
  const { question, settings } = plain
  if (signed === plain || settings.serversGiven) return ask(signed, question.ending)
  const over = linkedAbort(question.ending)
  const results = [ask(signed, over.ending), ask(plain, over.ending)] as const
  const answers = results.map(async (result) => {
    const answer = await result
    return answer.kind === 'failed' ? undefined : answer
  })
  const patience = (): Promise<void> => question.clock.sleep(PATIENCE, over.signal).catch(() => {})
  try {
    return (await firstInOrder(answers, patience)) ?? (await results[0])
  } finally {
    over.abort(answered)
    await Promise.all(results)
  }
}
