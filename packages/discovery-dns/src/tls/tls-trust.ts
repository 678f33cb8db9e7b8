import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { quoteText } from '@pstorage/discovery-core'
import { hasPemCertificates } from './pem-certificates.js'
import type { TlsSettings } from './tls-options.js'

/** Whom to believe, ready for connections. */
export interface TlsTrust extends Omit<TlsSettings, 'ca'> {
  /** In PEM; `undefined`: those of Node.js. */
  readonly authorities: string | undefined
  /** For questions: TLS 1.2 or later (RFC 8310 section 9). */
  readonly asking: SecureContext
  /** For transfers: TLS 1.3 or later (RFC 9103 section 7.1). */
  readonly transferring: SecureContext
}

/** What came of looking for the CAs. */
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
  const asking = createSecureContext({ ...authorities, minVersion: 'TLSv1.2' })
  const transferring = createSecureContext({ ...authorities, minVersion: 'TLSv1.3' })
  return { kind: 'trust', trust: { ...settings, authorities: read.text, asking, transferring } }
}

async function readCaFile(path: string) {
  const file = `the CA file ${quoteText(path)}`
  try {
    const text = await readFile(path, 'utf8')
    if (hasPemCertificates(text)) return { text }
    return { error: { code: 'ECAFILE', message: `${file} has no certificate in PEM, or one that cannot be read` } }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
    return { error: { code, message: `${file} cannot be read: ${code}` } }
  }
}
