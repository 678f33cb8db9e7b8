import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** A certificate with which a server listens for TLS. */
export interface ServerCertificate {
  /** The path of the certificate, in PEM. */
  readonly certificateFile: string
  /** The path of its private key, in PEM. */
  readonly keyFile: string
  /** SHA-256 of the SubjectPublicKeyInfo in DER: the pin of RFC 7858 section 4.2 and RFC 7469 section 2.4. */
  readonly publicKeyPin: Sha256
  /** SHA-256 of the whole certificate in DER: what `openssl x509 -fingerprint -sha256` shows. */
  readonly fingerprint: Sha256
}

/** A SHA-256 as it is written. */
export interface Sha256 {
  /** 44 characters, as `kdig +tls-pin` takes it. */
  readonly base64: string
  /** 64 digits, lower case, without colons. */
  readonly hex: string
}

/** Reads the certificate and computes its pins. */
export async function readServerCertificate(certificateFile: string, keyFile: string): Promise<ServerCertificate> {
  const certificate = new X509Certificate(await readFile(certificateFile))
  return {
    certificateFile,
    keyFile,
    publicKeyPin: sha256(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    fingerprint: sha256(certificate.raw),
  }
}

function sha256(bytes: Buffer): Sha256 {
  const digest = createHash('sha256').update(bytes).digest()
  return { base64: digest.toString('base64'), hex: digest.toString('hex') }
}
