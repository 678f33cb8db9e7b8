import type { DnsContext } from '../dns-context.js'
import { signedConverse } from './signed-converse.js'
import { readTransferKey, type TransferKey } from './transfer-key.js'

/** How transfers and their questions are put: signed, as they are, or not at all. */
export type SignedContext =
  | { readonly kind: 'context'; readonly context: DnsContext }
  | Extract<TransferKey, { readonly kind: 'failed' }>

/**
 * Gives a context whose questions and transfers are signed, if there is a key. Signed questions go over connections: what
 * is said over UDP about a signature is as easily forged as any other reply.
 */
export async function signedContext(context: DnsContext): Promise<SignedContext> {
  const { tsigKey, wallClock, settings, question } = context
  if (tsigKey === undefined) return { kind: 'context', context }
  const read = await readTransferKey(tsigKey)
  if (read.kind === 'failed') return read
  for (const warning of read.warnings) question.emit({ type: 'warning', ...warning })
  const { shared, own } = settings.channel
  const channel = {
    ...settings.channel,
    shared: signedConverse(shared, read.key, wallClock),
    own: signedConverse(own, read.key, wallClock),
    udp: false,
    authenticated: true,
  }
  return { kind: 'context', context: { ...context, settings: { ...settings, channel } } }
}
