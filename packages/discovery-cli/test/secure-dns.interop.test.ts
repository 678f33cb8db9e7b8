import {
  keyFile,
  manPageDomain,
  manPageZone,
  namedServer,
  nsdServer,
  type TestCertificates,
  testCertificates,
} from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

const name = 'ns.pstorage.test'
const zones = { [manPageDomain]: manPageZone }
const key = { name: 'transfer.key', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 1).toString('base64') } as const
const wrongKey = { ...key, secret: Buffer.alloc(32, 2).toString('base64') }

let certificates: TestCertificates
beforeAll(async () => {
  await buildCli()
  certificates = await testCertificates({ name })
}, 120_000)
afterAll(() => certificates[Symbol.asyncDispose]())

const dns = (server: string): readonly string[] => ['--backend', 'dns', '--server', server, '--domain', manPageDomain]

describe('a real BIND that transfers to holders of a key', () => {
  it.each([
    ['the key', key, 'found', null],
    ['a wrong secret', wrongKey, 'refused', 'BADSIG'],
  ] as const)('discover --tsig-key with %s', async (_, used, status, code) => {
    await using file = await keyFile(used)
    await using named = await namedServer({ zones, keys: [key], allowTransfer: { key: key.name } })
    const argv = ['discover', ...dns(named.server), '--axfr', 'always', '--tsig-key', file.file, '--json']
    const run = await childRun(argv)
    expect(run.code).toBe(0)
    const transfer = JSON.parse(run.stdout).attempts.find(({ method }: { method: string }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status, error: code === null ? null : { code } })
    expect(run.stdout + run.stderr).not.toContain(used.secret)
    expect(run.lingered).toBeLessThan(500)
  })
})

interface Row {
  readonly what: string
  readonly options: (certificates: TestCertificates) => readonly string[]
  readonly code: number
}

const rows: readonly Row[] = [
  { what: 'name and CA', options: ({ caFile }) => ['--tls', '--tls-name', name, '--tls-ca', caFile], code: 0 },
  { what: 'pin', options: ({ byName }) => ['--tls-pin', byName.publicKeyPin.base64], code: 0 },
  { what: 'no CA', options: () => ['--tls', '--tls-name', name], code: 3 },
  { what: 'another name', options: ({ caFile }) => ['--tls-name', 'other.test', '--tls-ca', caFile], code: 3 },
  { what: 'another pin', options: ({ expired }) => ['--tls-pin', expired.publicKeyPin.base64], code: 3 },
]

describe('a real BIND over TLS', () => {
  it.each(rows)('resolve with $what exits $code', async ({ options, code }) => {
    await using named = await namedServer({ zones, tls: certificates.byName })
    const run = await childRun(['resolve', 'my-cluster', ...dns(named.tlsServer), ...options(certificates)])
    expect(run.code).toBe(code)
    expect(run.stdout.split('\n').filter((line) => line !== '')).toHaveLength(code === 0 ? 3 : 0)
    expect(run.lingered).toBeLessThan(500)
  })
})

describe('a real NSD, which selects no protocol over TLS', () => {
  it.each([
    ['is refused, with the remedy', [], 0, 'failed', 'EALPN'],
    ['transfers with --tls-alpn offer', ['--tls-alpn', 'offer'], 0, 'found', undefined],
  ] as const)('discover %s', async (_, options, code, status, fault) => {
    await using nsd = await nsdServer({ zones, tls: certificates.byName, allowTransfer: 'any' })
    const proof = ['--tls-name', name, '--tls-ca', certificates.caFile, ...options]
    const run = await childRun(['discover', ...dns(nsd.tlsServer), ...proof, '--axfr', 'always', '--json'])
    expect(run.code).toBe(code)
    const transfer = JSON.parse(run.stdout).attempts.find(({ method }: { method: string }) => method === 'dns-axfr')
    expect(transfer.status).toBe(status)
    expect(transfer.error?.code).toBe(fault)
    if (fault !== undefined) expect(transfer.error.message).toContain('--tls-alpn offer')
  })
})
