import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DiscoverReport } from '@pstorage/discovery-core'
import {
  keyFile,
  knotServer,
  type NsdServerOptions,
  namedServer,
  nsdServer,
  type RealServer,
  type RealTlsServer,
  type TestCertificates,
  type TransferKeyAlgorithm,
  testCertificates,
} from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TlsOptions, TsigAlgorithm, TsigKeyText } from '../src/index.js'
import { type AskOptions, discovered, endpointsOf, namesOf, resolved } from './asked.js'
import { domain } from './good-zone.js'

const name = 'ns.pstorage.test'
const zone = [
  '$TTL 300',
  '@ SOA ns hostmaster 1 3600 600 86400 300',
  '@ NS ns',
  'ns A 127.0.0.1',
  '_pstorage._tcp.alpha SRV 0 1 2510 h1',
  '_pstorage._tcp.beta SRV 0 1 2510 h1',
  'h1 A 192.0.2.1',
  '',
].join('\n')
const secret = Buffer.alloc(64, 'secret').toString('base64')
const algorithms = ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const
const keys = algorithms.map((algorithm) => ({ name: `key-${algorithm}`, algorithm, secret }))
const key = { name: 'key-hmac-sha256', algorithm: 'hmac-sha256', secret } as const
const otherSecret = Buffer.alloc(64, 'other').toString('base64')

let certificates: TestCertificates
beforeAll(async () => {
  certificates = await testCertificates({ name })
})
afterAll(() => certificates[Symbol.asyncDispose]())

/** The settings of both kinds of server. */
type Served = Pick<NsdServerOptions, 'zones' | 'keys' | 'allowTransfer'>
type Secured = Pick<Required<NsdServerOptions>, 'tls'>

const coded = (code: string | RegExp) => (typeof code === 'string' ? code : expect.stringMatching(code))

/** The transfer of a report. */
const transferOf = ({ attempts }: DiscoverReport) => attempts.find(({ method }) => method === 'dns-axfr')
const proofsOf = ({ clusters }: DiscoverReport) => {
  return clusters.flatMap(({ sources }) => sources.map(({ authenticated }) => authenticated))
}

interface KeyRow {
  readonly what: string
  readonly tsigKey?: TsigKeyText
  /** Milliseconds by which our clock is ahead. */
  readonly ahead?: number
  readonly code?: string | RegExp
  readonly says?: RegExp
}

const keyRows: readonly KeyRow[] = [
  ...algorithms.map((algorithm) => ({ what: algorithm, tsigKey: { name: `key-${algorithm}`, algorithm, secret } })),
  // Knot says NOTAUTH.
  { what: 'no key', code: /^(?:REFUSED|NOTAUTH)$/ },
  { what: 'a wrong secret', tsigKey: { ...key, secret: otherSecret }, code: 'BADSIG' },
  { what: 'an unknown key', tsigKey: { ...key, name: 'unknown' }, code: 'BADKEY' },
  { what: 'a clock an hour ahead', tsigKey: key, ahead: 3_600_000, code: 'BADTIME', says: /3[56]\d\d s behind ours/ },
  { what: 'a clock an hour behind', tsigKey: key, ahead: -3_600_000, code: 'BADTIME', says: /36\d\d s ahead of ours/ },
]

describe.each([
  ['BIND', (options: Served) => namedServer(options)],
  ['NSD', (options: Served) => nsdServer(options)],
  ['Knot', (options: Served) => knotServer(options)],
] as const)('signed transfers from %s', (_, start) => {
  const servers = new Map<TransferKeyAlgorithm, RealServer>()
  beforeAll(async () => {
    for (const algorithm of algorithms) {
      const options = { zones: { [domain]: zone }, keys, allowTransfer: { key: `key-${algorithm}` } }
      servers.set(algorithm, await start(options))
    }
  })
  afterAll(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]()
  })

  it.each(keyRows)('$what', async ({ tsigKey, ahead = 0, code, says = /./ }) => {
    const server = servers.get(tsigKey?.algorithm ?? 'hmac-sha256')
    if (server === undefined) throw new Error('no such server')
    const wallClock = () => Date.now() + ahead
    const report = await discovered([server], { axfr: 'always', tsigKey, wallClock })
    if (code === undefined) {
      expect(transferOf(report)).toMatchObject({ status: 'found', count: 2 })
      expect(namesOf(report)).toEqual(['alpha', 'beta'])
      expect(proofsOf(report)).toEqual([true, true])
    } else {
      expect(transferOf(report)?.status).toBe('refused')
      expect(transferOf(report)?.error?.code).toEqual(coded(code))
      expect(transferOf(report)?.error?.message).toMatch(says)
      expect(namesOf(report)).toEqual([])
    }
  })

  it('a large zone, of several messages', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `_pstorage._tcp.c${index} SRV 0 1 2510 h1\n`).join('')
    await using file = await keyFile(key)
    await using server = await start({ zones: { [domain]: zone + many }, keys, allowTransfer: { key: key.name } })
    const report = await discovered([server], { axfr: 'always', tsigKey: { file: file.file } })
    expect(transferOf(report)).toMatchObject({ status: 'found', count: 5_002 })
  })
})

describe('a key as tsig-keygen writes it', () => {
  it.each<TsigAlgorithm>(algorithms)('%s', async (algorithm) => {
    const { stdout } = await promisify(execFile)('tsig-keygen', ['-a', algorithm, 'made.key'])
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-key-'))
    const file = join(directory, 'key')
    await writeFile(file, stdout, { mode: 0o600 })
    const made = /secret "([^"]+)"/.exec(stdout)?.[1] ?? ''
    const zones = { [domain]: zone }
    const bindKeys = [{ name: 'made.key', algorithm, secret: made }]
    await using server = await namedServer({ zones, keys: bindKeys, allowTransfer: { key: 'made.key' } })
    expect(namesOf(await discovered([server], { axfr: 'always', tsigKey: { file } }))).toEqual(['alpha', 'beta'])
    await rm(directory, { recursive: true })
  })
})

interface TlsRow {
  readonly what: string
  readonly certificate: 'byName' | 'byAddress' | 'expired' | 'otherCa'
  readonly tls: (certificates: TestCertificates) => TlsOptions
  readonly code?: string | RegExp
}

const ca = ({ caFile }: TestCertificates) => ({ file: caFile })
const tlsRows: readonly TlsRow[] = [
  { what: 'name and CA', certificate: 'byName', tls: (all) => ({ name, ca: ca(all) }) },
  { what: 'address and CA', certificate: 'byAddress', tls: (all) => ({ ca: ca(all) }) },
  { what: 'pin', certificate: 'otherCa', tls: (all) => ({ pins: [all.otherCa.publicKeyPin.base64] }) },
  {
    what: 'another name',
    certificate: 'byName',
    tls: (all) => ({ name: 'other.test', ca: ca(all) }),
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  { what: 'expired', certificate: 'expired', tls: (all) => ({ name, ca: ca(all) }), code: 'CERT_HAS_EXPIRED' },
  { what: 'another CA', certificate: 'otherCa', tls: (all) => ({ name, ca: ca(all) }), code: /^UNABLE_TO_|^CERT_SIG/ },
  {
    what: 'another pin',
    certificate: 'byName',
    tls: (all) => ({ pins: [all.expired.publicKeyPin.base64] }),
    code: 'EPIN',
  },
]

describe.each([
  ['BIND', (options: Served & Secured) => namedServer(options)],
  ['NSD', (options: Served & Secured) => nsdServer(options)],
] as const)('TLS with %s', (program, start) => {
  const servers = new Map<TlsRow['certificate'], RealTlsServer>()
  beforeAll(async () => {
    for (const certificate of ['byName', 'byAddress', 'expired', 'otherCa'] as const) {
      const options = { zones: { [domain]: zone }, keys, allowTransfer: 'any' as const, tls: certificates[certificate] }
      servers.set(certificate, await start(options))
    }
  })
  afterAll(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]()
  })
  const serverOf = (certificate: TlsRow['certificate']) => {
    const server = servers.get(certificate)
    if (server === undefined) throw new Error('no such server')
    return { address: server.address, port: server.tlsPort }
  }

  it.each(tlsRows)('TCP-10: $what', async ({ certificate, tls, code }) => {
    const report = await resolved([serverOf(certificate)], { tls: tls(certificates) })
    if (code === undefined) {
      expect(endpointsOf(report)).toEqual(['192.0.2.1:2510'])
      expect(report.endpoints[0]?.sources).toMatchObject([{ authenticated: true }])
    } else {
      expect(report.attempts).toMatchObject([{ status: 'failed' }])
      expect(report.attempts[0]?.error?.code).toEqual(coded(code))
    }
  })

  const proofs: readonly (readonly [what: string, server: TlsRow['certificate'], tls: () => TlsOptions])[] = [
    ['name and CA', 'byName', () => ({ name, ca: ca(certificates) })],
    ['address and CA', 'byAddress', () => ({ ca: ca(certificates) })],
    ['pin', 'otherCa', () => ({ pins: [certificates.otherCa.publicKeyPin.base64] })],
  ]
  const transfers = proofs.flatMap(([what, server, tls]) => [
    { what: `a transfer, ${what}`, server, tls, options: {} },
    { what: `a signed transfer, ${what}`, server, tls, options: { tsigKey: key } satisfies AskOptions },
  ])

  it.each(transfers)('TCP-10: $what', async ({ server, tls, options }) => {
    const asked = { ...options, axfr: 'always' } as const
    const offered = await discovered([serverOf(server)], { ...asked, tls: { ...tls(), alpn: 'offer' } })
    expect(namesOf(offered)).toEqual(['alpha', 'beta'])
    expect(proofsOf(offered)).toEqual([true, true])
    const required = await discovered([serverOf(server)], { ...asked, tls: tls() })
    if (program === 'BIND') {
      expect(namesOf(required)).toEqual(['alpha', 'beta'])
    } else {
      // NSD 4.6 does not select "dot", without which RFC 9103 section 7.1 has no transfers.
      expect(transferOf(required)).toMatchObject({ status: 'failed', error: { code: 'EALPN' } })
      expect(transferOf(required)?.error?.message).toContain('--tls-alpn offer')
    }
  })
})

describe('BIND that transfers over TLS alone', () => {
  it('refuses in clear text what it gives over TLS', async () => {
    const options = { zones: { [domain]: zone }, allowTransfer: ['any'], transferByTlsAlone: true }
    await using server = await namedServer({ ...options, tls: certificates.byName })
    const clear = await discovered([server], { axfr: 'always' })
    expect(transferOf(clear)).toMatchObject({ status: 'refused', error: { code: 'REFUSED' } })
    const { address, tlsPort: port } = server
    const secure = await discovered([{ address, port }], { axfr: 'always', tls: { name, ca: ca(certificates) } })
    expect(namesOf(secure)).toEqual(['alpha', 'beta'])
  })
})

describe('BIND over IPv6', () => {
  it('is known by its address in the certificate', async () => {
    const options = { zones: { [domain]: zone }, allowTransfer: 'any', addresses: ['::1'] } as const
    await using server = await namedServer({ ...options, tls: certificates.byAddress })
    const { address, tlsPort: port } = server
    const report = await discovered([{ address, port }], { axfr: 'always', tls: { ca: ca(certificates) } })
    expect(namesOf(report)).toEqual(['alpha', 'beta'])
    expect(proofsOf(report)).toEqual([true, true])
  })
})
