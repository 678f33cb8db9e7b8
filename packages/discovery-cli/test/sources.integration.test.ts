import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import {
  clustersDirectory,
  type DnsRecord,
  type HostileQuery,
  hostileServer,
  type MulticastService,
  multicastHost,
  reply,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import type { BackendLoaders } from '../src/context.js'
import { runCli } from '../src/index.js'
import { backendLoaders } from '../src/query/backends.js'
import { capturedStream } from './captured-stream.js'

const domain = 'pstorage.test'
const nothing = { name: domain, type: 'SOA', serial: 1 } as const

/** A name server with these records and no others. */
function serving(...records: readonly DnsRecord[]) {
  const typeNumbers: Readonly<Record<string, number>> = { A: 1, TXT: 16, AAAA: 28, SRV: 33 }
  const answer = (query: HostileQuery): Uint8Array => {
    const named = records.filter(({ name }) => name === query.name)
    const answers = named.filter(({ type }) => typeNumbers[type] === query.type)
    if (answers.length > 0) return reply(query, { answers })
    return reply(query, { rcode: named.length > 0 ? 'NOERROR' : 'NXDOMAIN', authorities: [nothing] })
  }
  return hostileServer({ udp: answer, tcp: answer })
}

const listing: DnsRecord = { name: `pstorage_clusters.${domain}`, type: 'TXT', strings: ['by-dns', 'listed'] }
const srv: DnsRecord = { name: `_pstorage._tcp.by-dns.${domain}`, type: 'SRV', port: 2510, target: `s1.${domain}` }
const host: DnsRecord = { name: `s1.${domain}`, type: 'A', address: '192.0.2.1' }

function service(instance: string, address: string): MulticastService {
  return { instance, host: `${instance}.local`, addresses: [address], port: 2510 }
}

interface World {
  readonly server?: string
  readonly directory?: string
  readonly multicastPort?: number
}

/** Runs the command line with its real backends; zeroconf on loopback and a port of its own. */
async function run(argv: readonly string[], { server, directory, multicastPort }: World) {
  const [stdout, stderr] = [capturedStream(), capturedStream()]
  const zeroconf: BackendLoaders['zeroconf'] = async ({ interfaces }) =>
    zeroconfResolver({ interfaces, ...(multicastPort !== undefined && { port: multicastPort }) })
  const options = [
    ...(server === undefined ? [] : ['--server', server, '--domain', domain]),
    ...(directory === undefined ? [] : ['--clusters-dir', directory]),
    '--interface',
    'lo',
  ]
  const env = { LANG: 'C.UTF-8' }
  const code = await runCli({
    argv: [...argv, ...options],
    env,
    stdout,
    stderr,
    backends: { ...backendLoaders, zeroconf },
  })
  return { code, stdout: stdout.text, stderr: stderr.text }
}

describe('all three sources', () => {
  it('discover unites them, and every name keeps who said it', async () => {
    await using dns = await serving(listing)
    await using lists = await clustersDirectory({ 'by-list': '192.0.2.2', listed: '192.0.2.3' })
    await using multicast = await multicastHost({ services: [service('by-multicast', '192.0.2.4')] })
    const world = { server: dns.server, directory: lists.path, multicastPort: multicast.port }
    const { code, stdout, stderr } = await run(['discover', '--json'], world)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const methods = (cluster: { name: string; sources: { method: string }[] }) => [
      cluster.name,
      cluster.sources.map(({ method }) => method).sort(),
    ]
    expect(JSON.parse(stdout).clusters.map(methods)).toEqual([
      ['by-dns', ['dns-txt']],
      ['by-list', ['bs-list']],
      ['by-multicast', ['mdns']],
      ['listed', ['bs-list', 'dns-txt']],
    ])
  })

  it('resolve asks on until somebody knows, and says when only zeroconf does', async () => {
    await using dns = await serving(listing, srv, host)
    await using lists = await clustersDirectory({ 'by-dns': '192.0.2.9', 'by-list': '192.0.2.2:2511' })
    await using multicast = await multicastHost({ services: [service('by-multicast', '192.0.2.4')] })
    const world = { server: dns.server, directory: lists.path, multicastPort: multicast.port }
    expect(await run(['resolve', 'by-dns'], world)).toEqual({ code: 0, stdout: '192.0.2.1:2510\n', stderr: '' })
    expect(multicast.queries.items).toEqual([])
    expect(await run(['resolve', 'BY-LIST'], world)).toEqual({ code: 0, stdout: '192.0.2.2:2511\n', stderr: '' })
    const only = await run(['resolve', 'by-multicast'], world)
    expect(only).toMatchObject({ code: 0, stdout: '192.0.2.4:2510\n' })
    expect(only.stderr).toMatch(/^warning: [^\n]*\[fell-through-to-zeroconf\]\nwarning: [^\n]*\[zeroconf-only\]\n$/)
    const nosuch = await run(['resolve', 'nosuch'], world)
    expect(nosuch).toMatchObject({ code: 6, stdout: '' })
    expect(nosuch.stderr).toContain("cluster 'nosuch' does not exist")
    expect(await run(['resolve', 'listed'], world)).toMatchObject({ code: 4, stdout: '' })
  })

  it('takes no silence, and no refusal, for "no such cluster"', async () => {
    await using dns = await hostileServer({ udp: (query) => reply(query, { rcode: 'REFUSED' }) })
    await using lists = await clustersDirectory()
    await using multicast = await multicastHost({ services: [] })
    const world = { server: dns.server, directory: lists.path, multicastPort: multicast.port }
    expect((await run(['resolve', 'c', '--backend', 'zeroconf'], world)).code).toBe(3)
    const refused = await run(['resolve', 'c'], world)
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toMatch(new RegExp(`dns-srv {2}_pstorage\\._tcp\\.c\\.${domain} @${dns.server} {2}refused`))
    expect((await run(['resolve', 'c', '--backend', 'bootstrap'], world)).code).toBe(6)
  })
})

describe('what breaks the rules', () => {
  it('in a bootstrap list is named with file, line and column, and the good ones are printed', async () => {
    await using lists = await clustersDirectory({ c: '192.0.2.1\n192.0.2.2, 192.0.2.300:2510\n192.0.2.3:99999\n' })
    const { code, stdout, stderr } = await run(['resolve', 'c', '--backend', 'bootstrap'], { directory: lists.path })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '192.0.2.1:2510\n192.0.2.2:2510\n' })
    const warnings = stderr.trimEnd().split('\n')
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(new RegExp(`^warning: .*${lists.listPath('c')}:2:12\\b.* \\[[a-z-]+\\]$`))
    expect(warnings[1]).toMatch(new RegExp(`^warning: .*${lists.listPath('c')}:3:1\\b.* \\[[a-z-]+\\]$`))
  })

  it('in DNS is named with its DNS name, escaped, and the good ones are printed', async () => {
    await using dns = await serving({ ...listing, type: 'TXT', strings: ['good,../../etc', '\x1b[31mred'] })
    const { code, stdout, stderr } = await run(['discover', '--backend', 'dns'], { server: dns.server })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'good\n' })
    expect(stderr).toMatch(/^[ -~\n]*$/)
    const warnings = stderr.trimEnd().split('\n')
    expect(warnings).toHaveLength(2)
    for (const warning of warnings)
      expect(warning).toMatch(/^warning: .*pstorage_clusters\.pstorage\.test.* \[txt-name-invalid\]$/)
  })

  it.each(['--server=dns.example.org', '--server=192.0.2.1:0', '--domain=a..b', `--domain=${'a'.repeat(64)}`])(
    '%s is wrong usage, before anything is asked',
    async (option) => {
      const stderr = capturedStream()
      const code = await runCli({ argv: ['discover', option], env: {}, stdout: capturedStream(), stderr })
      expect(code).toBe(2)
      expect(stderr.text).toContain(option.slice(option.indexOf('=') + 1, 60))
    },
  )
})
