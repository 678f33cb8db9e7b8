import type { CancellationToken } from '@pstorage/discovery-core'
import { readHeader, readMessage } from '@pstorage/dns-message'
import { SignedRequest, type TsigError, type TsigKey } from '@pstorage/dns-message/tsig'
import { readTransferKey, type TransferKey } from '../config/transfer-key.js'
import type { DnsContext } from '../lookup/dns-context.js'
import { firstInOrder } from '../lookup/resolve-service.js'
import { linkedAbort } from '../transport/connections.js'
import { type RoundTrip, TcpError } from '../transport/tcp-transport.js'

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
  ask: (context: DnsContext, ending: CancellationToken) => Promise<Result>,
): Promise<Result> {
  const { query, settings } = plain
  if (signed === plain || settings.serversGiven) return ask(signed, query.cancellation)
  const over = linkedAbort(query.cancellation)
  const results = [ask(signed, over.ending), ask(plain, over.ending)] as const
  const answers = results.map(async (result) => {
    const answer = await result
    return answer.kind === 'failed' ? undefined : answer
  })
  const patience = (): Promise<void> => query.clock.sleep(PATIENCE, over.signal).catch(() => {})
  try {
    return (await firstInOrder(answers, patience)) ?? (await results[0])
  } finally {
    over.abort(answered)
    await Promise.all(results)
  }
}

/** Context of transfers and their queries: signed, plain, or none. */
export type SignedContext =
  | { readonly kind: 'context'; readonly context: DnsContext }
  | Extract<TransferKey, { readonly kind: 'failed' }>

/**
 * Gives a context whose questions and transfers are signed, if there is a key. Signed questions go over connections: what
 * is said over UDP about a signature is as easily forged as any other reply.
 */
export async function signedContext(context: DnsContext): Promise<SignedContext> {
  const { tsigKey, wallClock, settings, query } = context
  if (tsigKey === undefined) return { kind: 'context', context }
  const read = await readTransferKey(tsigKey)
  if (read.kind === 'failed') return read
  for (const warning of read.warnings) query.emit({ type: 'warning', ...warning })
  const { shared, own } = settings.channel
  const channel = {
    ...settings.channel,
    shared: signedRoundTrip(shared, read.key, wallClock),
    own: signedRoundTrip(own, read.key, wallClock),
    udp: false,
    authenticated: true,
  }
  return { kind: 'context', context: { ...context, settings: { ...settings, channel } } }
}

/**
 * Signs the query, and passes only messages on whose signatures are valid, or are still to be covered by one; the end counts
 * only when it is signed. A signature that is not valid ends the conversation with a {@link TcpError}, whose cause is the
 * `TsigError`.
 *
 * Messages with another id are passed on as they are: the id tells their receiver that they mean nothing.
 *
 * @param wallClock milliseconds since 1970-01-01 UTC
 */
export function signedRoundTrip(roundTrip: RoundTrip, key: TsigKey, wallClock: () => number): RoundTrip {
  return async ({ request, onMessage, ...rest }) => {
    const { id } = readHeader(request)
    const signed = new SignedRequest(key, request, wallClock)
    await roundTrip({
      ...rest,
      request: signed.bytes,
      onMessage(bytes) {
        if (readHeader(bytes).id !== id) return onMessage(bytes)
        const message = readMessage(bytes)
        withTcpError(() => signed.verify(bytes, message))
        const next = onMessage(bytes)
        if (next === 'done') withTcpError(() => signed.end())
        return next
      },
    })
  }
}

function withTcpError(check: () => void): void {
  try {
    check()
  } catch (cause) {
    // It throws nothing else.
    const { code, message, status } = cause as TsigError
    throw new TcpError(code, message, { status, cause })
  }
}
