import { quoteText } from '@pstorage/discovery-core'
import { TcpError } from '../tcp-conversation.js'

/** The protocol that is agreed on in the handshake (ALPN): RFC 7858 section 3.1, RFC 9103 section 7.1. */
export const PROTOCOL = 'dot'

/** What a connection is for. Transfers want more: TLS 1.3, and `dot` selected by the server (RFC 9103 section 7.1). */
export type TlsPurpose = 'asking' | 'transferring'

/**
 * What is wrong with the protocol that a server has selected; `undefined` when nothing is.
 *
 * @param selected `false` or nothing where it has selected none
 */
export function faultOfProtocol(
  selected: string | false | null,
  { requireAlpn }: { readonly requireAlpn: boolean },
  purpose: TlsPurpose,
): TcpError | undefined {
  if (selected === PROTOCOL) return undefined
  if (selected !== false && selected !== null && selected !== '') {
    return fault(`selects another protocol than "${PROTOCOL}" (ALPN): ${quoteText(selected, { maxLength: 40 })}`)
  }
  if (purpose === 'asking' || !requireAlpn) return undefined
  return fault(
    `selects no protocol "${PROTOCOL}" (ALPN), as RFC 9103 has it for transfers over TLS; where it is known to transfer ` +
      'zones all the same, allow that: tls.alpn "offer", --tls-alpn offer',
  )
}

function fault(message: string): TcpError {
  return new TcpError('EALPN', message, { status: 'failed' })
}
