import { createSecureContext, type SecureContext } from 'node:tls'
import { type DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { readOptionFile } from '../../config/option-file.js'
import { hasPemCertificates, type TlsSettings } from './tls-options.js'

/** Octets of a CA file that are read at most; the CAs of a whole system need less than one million. */
const MAX_OCTETS = 16 * 1_024 * 1_024

/** Trusted CAs, ready for connections. */
export interface TlsTrust extends Omit<TlsSettings, 'ca'> {
  /** In PEM; `undefined`: those of Node.js. */
  readonly authorities: string | undefined
  /** For questions: TLS 1.2 or later (RFC 8310 section 9). */
  readonly querying: SecureContext
  /** For transfers: TLS 1.3 or later (RFC 9103 section 7.1). */
  readonly transferring: SecureContext
}

/** Result of reading the CAs. */
export type TlsTrustResult =
  | { readonly kind: 'trust'; readonly trust: TlsTrust }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }

/**
 * Makes ready whom to believe; a CA file is read now.
 *
 * @param known says what was made ready before of the same settings, which is given again where the CAs are the same
 */
export async function readTlsTrust(
  { ca, ...settings }: TlsSettings,
  known: () => TlsTrust | undefined = () => undefined,
): Promise<TlsTrustResult> {
  const read = typeof ca === 'object' ? await readCaFile(ca.file) : { text: ca }
  if ('error' in read) return { kind: 'failed', error: read.error }
  const before = known()
  if (before !== undefined && before.authorities === read.text) return { kind: 'trust', trust: before }
  const authorities = read.text === undefined ? {} : { ca: read.text }
  const querying = createSecureContext({ ...authorities, minVersion: 'TLSv1.2' })
  const transferring = createSecureContext({ ...authorities, minVersion: 'TLSv1.3' })
  return { kind: 'trust', trust: { ...settings, authorities: read.text, querying, transferring } }
}

async function readCaFile(path: string) {
  try {
    const { text } = await readOptionFile(path, { what: 'the CA file', maxOctets: MAX_OCTETS })
    if (hasPemCertificates(text)) return { text }
    const message = `the CA file ${quoteText(path)} has no certificate in PEM, or one that cannot be read`
    return { error: { code: 'ECAFILE', message } }
  } catch (error) {
    // It throws nothing else, and its cause is an error of the system.
    const { cause, message } = error as DiscoveryError & { readonly cause: NodeJS.ErrnoException | undefined }
    return { error: { code: cause?.code ?? 'ECAFILE', message } }
  }
}
