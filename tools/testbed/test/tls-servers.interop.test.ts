import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  manPageDomain,
  manPageZone,
  namedServer,
  nsdServer,
  type RealTlsServer,
  type ServerCertificate,
  type TestCertificates,
  testCertificates,
  unboundServer,
} from '../src/index.js'
import { outcome, printed, records } from './dig.js'

type Start = (certificate: ServerCertificate, address?: string) => Promise<RealTlsServer>

const zones = { [manPageDomain]: manPageZone }
const host = `s2.${manPageDomain}`
const name = `ns.${manPageDomain}`

const startNamed: Start = (tls, address = '127.0.0.1') =>
  namedServer({ zones, allowTransfer: 'any', tls, addresses: [address] })
const startNsd: Start = (tls, address = '127.0.0.1') =>
  nsdServer({ zones, allowTransfer: 'any', tls, addresses: [address] })

/** Returns the output of `dig` or `kdig` over TLS. */
function printedOverTls(client: 'dig' | 'kdig', server: RealTlsServer, ...args: readonly string[]): Promise<string> {
  return printed(client, { address: server.address, port: server.tlsPort }, '+tls', ...args)
}

describe.each<[string, Start]>([
  ['named', startNamed],
  ['nsd', startNsd],
])('%s over TLS', (_, start) => {
  it.each(['127.0.0.1', '::1'])('transfers a zone from %s', async (address) => {
    await using certificates = await testCertificates({ name })
    await using server = await start(certificates.byName, address)
    const trust = [`+tls-ca=${certificates.caFile}`, `+tls-hostname=${name}`]
    expect(outcome(await printedOverTls('kdig', server, ...trust, manPageDomain, 'AXFR'))).toBe('17 records')
  })

  it.each<[string, (certificates: TestCertificates) => ServerCertificate, answers: boolean]>([
    ['believed by the pin of its public key', ({ byName }) => byName, true],
    ['not believed by the pin of another', ({ byAddress }) => byAddress, false],
  ])('is %s', async (_, pinned, answers) => {
    await using certificates = await testCertificates()
    await using server = await start(certificates.byName)
    const pin = pinned(certificates).publicKeyPin.base64
    const text = await printedOverTls('kdig', server, '+short', `+tls-pin=${pin}`, host)
    expect(records(text)).toEqual(answers ? ['192.168.100.2'] : [])
  })
})

describe('named over TLS', () => {
  it('transfers over TLS alone when told so', async () => {
    await using certificates = await testCertificates()
    await using server = await namedServer({
      zones,
      allowTransfer: 'any',
      transferByTlsAlone: true,
      tls: certificates.byAddress,
    })
    const trust = `+tls-ca=${certificates.caFile}`
    expect(outcome(await printedOverTls('dig', server, trust, manPageDomain, 'AXFR'))).toBe('17 records')
    expect(outcome(await printed('dig', server, '+comments', manPageDomain, 'AXFR'))).toBe('REFUSED')
  })

  it('is not started with a certificate that is not there', async () => {
    await using certificates = await testCertificates()
    const missing = { ...certificates.byName, certificateFile: '/nowhere' }
    await expect(namedServer({ tls: missing })).rejects.toThrow(/has stopped/)
  })
})

describe('unbound over TLS', () => {
  it('forwards what it is asked', async () => {
    await using certificates = await testCertificates()
    await using upstream = await namedServer({ zones })
    await using server = await unboundServer({ forwardTo: upstream, tls: certificates.byAddress })
    const text = await printedOverTls('dig', server, '+short', `+tls-ca=${certificates.caFile}`, host)
    expect(records(text)).toEqual(['192.168.100.2'])
  })
})

describe('testCertificates', () => {
  type Which = 'byName' | 'byAddress' | 'expired' | 'otherCa'
  const byName = `+tls-hostname=${name}`
  const answer = /^192\.168\.100\.2\n$/

  it.each<[which: Which, trusted: 'caFile' | 'otherCaFile', asked: string[], printed: RegExp]>([
    ['byName', 'caFile', [byName], answer],
    ['byName', 'caFile', [], /IP address mismatch/],
    ['byAddress', 'caFile', [], answer],
    ['byAddress', 'caFile', [byName], /hostname mismatch/],
    ['expired', 'caFile', [], /certificate has expired/],
    ['expired', 'caFile', [byName], /certificate has expired/],
    ['otherCa', 'caFile', [], /verification .* failed/],
    ['otherCa', 'otherCaFile', [], answer],
    ['otherCa', 'otherCaFile', [byName], answer],
  ])('%s verified by %s with %j: %s', async (which, trusted, asked, printed) => {
    await using certificates = await testCertificates({ name })
    await using server = await startNamed(certificates[which])
    const trust = `+tls-ca=${certificates[trusted]}`
    expect(await printedOverTls('dig', server, '+short', trust, ...asked, host)).toMatch(printed)
  })

  it('has the fingerprint that openssl shows', async () => {
    await using certificates = await testCertificates()
    const { certificateFile, fingerprint } = certificates.byName
    const args = ['x509', '-in', certificateFile, '-noout', '-fingerprint', '-sha256']
    const { stdout } = await promisify(execFile)('openssl', args)
    expect(stdout.split('=')[1]?.trim().replaceAll(':', '').toLowerCase()).toBe(fingerprint.hex)
    expect(Buffer.from(fingerprint.base64, 'base64').toString('hex')).toBe(fingerprint.hex)
  })
})
