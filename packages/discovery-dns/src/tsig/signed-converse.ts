import { readHeader, readMessage } from '@pstorage/dns-message'
import type { Converse } from '../tcp-conversation.js'
import { SignedExchange } from './signed-exchange.js'
import type { TsigKey } from './tsig-key.js'

/**
 * Signs the query, and lets only messages through whose signatures hold, or are still to be covered by one; the end is
 * believed only when it is signed. What does not hold ends the conversation with a `TsigError`.
 *
 * Messages with another id go through as they are: whoever hears them tells by the id that they mean nothing.
 *
 * @param wallClock milliseconds since 1970-01-01 UTC
 */
export function signedConverse(converse: Converse, key: TsigKey, wallClock: () => number): Converse {
  return async ({ request, hear, ...rest }) => {
    const { id } = readHeader(request)
    const signed = new SignedExchange(key, request, wallClock)
    await converse({
      ...rest,
      request: signed.request,
      hear(bytes) {
        if (readHeader(bytes).id !== id) return hear(bytes)
        signed.verify(bytes, readMessage(bytes))
        const heard = hear(bytes)
        if (heard === 'done') signed.end()
        return heard
      },
    })
  }
}
