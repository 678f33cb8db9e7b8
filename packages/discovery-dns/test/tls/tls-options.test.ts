import { readFile } from 'node:fs/promises'
import { testCertificates } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type DnsResolverOptions, dnsResolver } from '../../src/index.js'

const pin = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='

const accepted: readonly NonNullable<DnsResolverOptions['tls']>[] = [
  true,
  false,
  {},
  { name: 'ns.example.org' },
  { name: undefined, ca: undefined, pins: undefined },
  { ca: { file: '/nonexistent' } },
  { alpn: 'require' },
  { alpn: 'offer' },
  { pins: [pin, pin.replace('A', 'B')] },
]

const refused: readonly (readonly [tls: unknown, says: RegExp])[] = [
  ['yes', /must be true or/],
  [null, /must be true or/],
  [{ name: '' }, /invalid domain name|root/],
  [{ name: '127.0.0.1' }, /is not a domain name; without one the address that is asked counts/],
  [{ name: '::1' }, /is not a domain name/],
  [{ name: 1 }, /./],
  [{ ca: '' }, /text of certificates in PEM/],
  [{ ca: '/etc/ssl/ca.pem' }, /text of certificates in PEM/],
  [{ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }, /text of certificates in PEM/],
  [{ ca: { file: '' } }, /\{ file \}/],
  [{ ca: 1 }, /\{ file \}/],
  [{ alpn: 'dot' }, /must be one of require, offer/],
  [{ alpn: false }, /must be one of require, offer/],
  [{ pins: [] }, /at least one/],
  [{ pins: pin }, /must be a list/],
  [{ pins: [pin.slice(1)] }, /not a SHA-256 in base64/],
  [{ pins: [`${pin}=`] }, /not a SHA-256 in base64/],
  [{ pins: [pin.replace('A=', 'B=')] }, /not a SHA-256 in base64/],
  [{ pins: ['00'.repeat(32)] }, /not a SHA-256 in base64/],
  [{ pins: [undefined] }, /not a SHA-256 in base64/],
]

describe('the option tls', () => {
  it.each(accepted)('takes %j', async (tls) => {
    await using resolver = dnsResolver({ tls })
    expect(resolver.name).toBe('dns')
  })

  it('takes certificates as text', async () => {
    await using certificates = await testCertificates()
    await using resolver = dnsResolver({ tls: { ca: await readFile(certificates.caFile, 'utf8') } })
    expect(resolver.name).toBe('dns')
  })

  it.each(refused)('refuses %j', (tls, says) => {
    expect(() => dnsResolver({ ...{ tls } } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringMatching(says) }),
    )
  })
})
