import { X509Certificate } from 'node:crypto'

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** Whether a text has certificates in PEM, and each can be read. Node.js itself passes over what it cannot read. */
export function hasPemCertificates(text: string): boolean {
  try {
    return (text.match(block) ?? []).map((pem) => new X509Certificate(pem)).length > 0
  } catch {
    return false
  }
}
