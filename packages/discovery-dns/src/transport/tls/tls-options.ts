import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { nameToText } from '@pstorage/dns-message'
import { parseLabels } from '../../config/domain-name.js'

/** Authentication of name servers. Default: a certificate for their address, of a CA that Node.js trusts. */
export interface TlsOptions {
  /**
   * The domain name that the certificate must be for. Default: the IP address that is asked must stand in it (a
   * subjectAltName of type iPAddress).
   */
  readonly name?: string | undefined
  /** The CAs that may have issued it, in PEM; read anew for each question when in a file. Default: those of Node.js. */
  readonly ca?: string | { readonly file: string } | undefined
  /**
   * SHA-256 of the public keys that the server may have (of the SubjectPublicKeyInfo in DER), each in base64: RFC 7858
   * section 4.2. Without `name` and `ca` the key alone counts: not who issued the certificate, nor its dates and names.
   */
  readonly pins?: readonly string[] | undefined
  /**
   * Condition of zone transfers: only from servers that select the protocol `dot` in the handshake (ALPN), as RFC 9103
   * section 7.1 has it: `require` (default). With `offer` also from those that select none, such as NSD 4.6. A server that
   * selects another protocol is refused in any case; questions are put to those that select none, too (RFC 7858).
   */
  readonly alpn?: 'require' | 'offer' | undefined
}

/** Options that were checked. */
export interface TlsSettings {
  readonly name: string | undefined
  readonly ca: string | { readonly file: string } | undefined
  /** Empty: any key. */
  readonly pins: ReadonlySet<string>
  /** True if the certificate counts, or its key alone. */
  readonly verifyCertificate: boolean
  /** True if transfers need a server that selects the protocol. */
  readonly requireAlpn: boolean
}

// 32 octets.
const pinPattern = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

/** @throws DiscoveryError `ERR_OPTION_INVALID`; `undefined` where TLS is not wanted */
export function checkedTls(option: boolean | TlsOptions | undefined): TlsSettings | undefined {
  if (option === undefined || option === false) return undefined
  if (typeof option !== 'boolean' && (typeof option !== 'object' || option === null)) {
    throw invalid('it must be true or { name, ca, pins, alpn }')
  }
  const { name, ca, pins, alpn = 'require' } = option === true ? {} : option
  if (alpn !== 'require' && alpn !== 'offer') {
    throw invalid(`alpn is ${quoteText(String(alpn))}; it must be one of require, offer`)
  }
  return {
    name: name === undefined ? undefined : serverName(name),
    ca: checkedCa(ca),
    pins: checkedPins(pins),
    verifyCertificate: pins === undefined || name !== undefined || ca !== undefined,
    requireAlpn: alpn === 'require',
  }
}

function serverName(name: string): string {
  if (typeof name === 'string' && isIP(name) === 0) return nameToText(parseLabels(name))
  throw invalid(
    `the name ${quoteText(String(name))} is not a domain name; without one the address that is asked counts`,
  )
}

function checkedCa(ca: TlsOptions['ca']): TlsSettings['ca'] {
  if (ca === undefined || (typeof ca === 'string' && hasPemCertificates(ca))) return ca
  if (typeof ca === 'object' && ca !== null && typeof ca.file === 'string' && ca.file !== '') return { file: ca.file }
  throw invalid('ca must be the text of certificates in PEM, or { file }')
}

function checkedPins(pins: TlsOptions['pins']): TlsSettings['pins'] {
  if (pins === undefined) return new Set()
  if (!Array.isArray(pins) || pins.length === 0) throw invalid('pins must be a list with at least one pin')
  for (const pin of pins) {
    if (typeof pin === 'string' && pinPattern.test(pin)) continue
    throw invalid(`the pin ${quoteText(String(pin), { maxLength: 80 })} is not a SHA-256 in base64 (44 characters)`)
  }
  return new Set(pins)
}

function invalid(message: string): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', `tls: ${message}`)
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** Returns whether a text has certificates in PEM, and each can be read. Node.js itself passes over what it cannot read. */
export function hasPemCertificates(text: string): boolean {
  try {
    return (text.match(block) ?? []).map((pem) => new X509Certificate(pem)).length > 0
  } catch {
    return false
  }
}
