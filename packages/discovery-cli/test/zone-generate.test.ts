import {
  createResolver,
  type DiscoverEvent,
  memoryResolver,
  parseClusterName,
  type ResolveEvent,
  type Source,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

const generate = ['zone', 'generate', 'pstorage.test', '--serial', '7']
const mdns: Source = { ...sourceOf('zeroconf'), method: 'mdns', origin: 'eth0' }
const name = (text: string): ResolveEvent => ({ type: 'cluster', name: parseClusterName(text), source: mdns })
const endpoint = (address: string, host: string | null, more: object = {}): ResolveEvent => ({
  type: 'endpoint',
  address,
  port: 2510,
  host,
  priority: null,
  weight: null,
  ttl: 120,
  source: mdns,
  ...more,
})

/** A backend that knows one cluster, `c`, with these endpoints. */
const knowing = (...endpoints: readonly ResolveEvent[]): StandIns => ({
  zeroconf: () => emitting('zeroconf', name('c'), ...endpoints),
})

async function recordsOf(backends: StandIns, argv: readonly string[] = []): Promise<readonly string[]> {
  const run = await cliRun([...generate, '--backend', 'zeroconf', ...argv], { backends })
  expect(run.code).toBe(0)
  const lines = run.stdout
    .split('\n')
    .filter((line) => / IN +(?:SRV|A|AAAA|TXT) /.test(line) && !line.startsWith('ns '))
  return lines.map((line) => line.replaceAll(/ +/g, ' '))
}

describe('zone generate', () => {
  it('prints a whole zone of what was found', async () => {
    const backends = knowing(
      endpoint('192.0.2.3', 'node1.local', { priority: 0, weight: 0 }),
      endpoint('2001:db8::3', 'node1.local', { priority: 0, weight: 0 }),
      endpoint('192.0.2.4', null),
    )
    const run = await cliRun([...generate, '--backend', 'zeroconf'], { backends })
    expect(run.code).toBe(0)
    expect(run.stderr).toMatch(/^warning: only zeroconf has this[^\n]+\[zeroconf-only\]\n$/)
    expect(run.stdout).toBe(`; 1 storage cluster of pstorage.test, by pstorage-discovery zone generate
$ORIGIN pstorage.test.
$TTL 300
@  IN  SOA ns hostmaster ( 7 3600 600 604800 300 )
@  IN  NS  ns
; The name server of this zone: its address is that of --ns.
ns  IN  A  127.0.0.1
; The names of the clusters.
pstorage_clusters  IN  TXT  "c"
; The metadata servers of each.
_pstorage._tcp.c   IN  SRV  0 0 2510 mds-192-0-2-3.c
_pstorage._tcp.c   IN  SRV  0 1 2510 mds-192-0-2-4.c
_pstorage._tcp.c   IN  SRV  0 0 2510 mds-2001-db8--3.c
; Their addresses.
mds-192-0-2-3.c    IN  A    192.0.2.3
mds-192-0-2-4.c    IN  A    192.0.2.4
mds-2001-db8--3.c  IN  AAAA 2001:db8::3
`)
  })

  it('takes clusters by hand and asks nobody', async () => {
    const argv = [...generate, '--mds', 'a=192.0.2.3', '--mds', 'A=[2001:db8::1]:2511', '--ns', '2001:db8::53']
    const run = await cliRun(argv)
    expect(run).toMatchObject({ code: 0, stderr: '', loaded: [] })
    expect(run.stdout).toContain('pstorage_clusters  IN  TXT  "a"\n')
    expect(run.stdout).toContain('_pstorage._tcp.a   IN  SRV  0 1 2511 mds-2001-db8--1.a\n')
    expect(run.stdout).toContain('ns  IN  AAAA  2001:db8::53\n')
  })

  it('takes the one --domain for the zone where no other is named', async () => {
    const run = await cliRun(['zone', 'generate', '--domain', 'a.test.', '--mds', 'a=192.0.2.3'])
    expect(run.stdout).toContain('$ORIGIN a.test.\n')
  })

  it('has a serial number that grows', async () => {
    const before = Math.floor(Date.now() / 1_000)
    const run = await cliRun(['zone', 'generate', 'a.test', '--mds', 'a=192.0.2.3'])
    expect(Number(/\( (\d+) /.exec(run.stdout)?.[1])).toBeGreaterThanOrEqual(before)
  })

  it.each<readonly [id: string, endpoints: readonly ResolveEvent[], records: readonly string[]]>([
    [
      'SEC-3 hosts whose names a stranger chose',
      [endpoint('192.0.2.3', 'www.local'), endpoint('192.0.2.4', 'wpad.local'), endpoint('192.0.2.5', 'ns.local')],
      [
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-3.c',
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-4.c',
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-5.c',
        'mds-192-0-2-3.c IN A 192.0.2.3',
        'mds-192-0-2-4.c IN A 192.0.2.4',
        'mds-192-0-2-5.c IN A 192.0.2.5',
      ],
    ],
    [
      'a host whose name is none',
      [endpoint('192.0.2.3', 'my host"\n.local')],
      ['_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-3.c', 'mds-192-0-2-3.c IN A 192.0.2.3'],
    ],
    [
      'addresses that differ only in where zeros are left out',
      [endpoint('1::2:3', null), endpoint('1:2::3', null), endpoint('1:2:3::', null)],
      [
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-1-2-3--0.c',
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-1-2--3.c',
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-1--2-3.c',
        'mds-1-2-3--0.c IN AAAA 1:2:3::',
        'mds-1-2--3.c IN AAAA 1:2::3',
        'mds-1--2-3.c IN AAAA 1::2:3',
      ],
    ],
    [
      'two ports of one host',
      [endpoint('192.0.2.3', 'n.local'), endpoint('192.0.2.3', 'n.local', { port: 2511 })],
      [
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-3.c',
        '_pstorage._tcp.c IN SRV 0 1 2511 mds-192-0-2-3.c',
        'mds-192-0-2-3.c IN A 192.0.2.3',
      ],
    ],
    ['nobody knows an address', [], []],
    ['a link-local address alone', [endpoint('fe80::1%eth0', 'n.local')], []],
  ])('%s', async (_, endpoints, records) => {
    expect(await recordsOf(knowing(...endpoints))).toEqual(['pstorage_clusters IN TXT "c"', ...records])
  })

  it('says of which clusters there is only a name', async () => {
    const run = await cliRun([...generate, '--backend', 'dns'], {
      backends: worldOf({ a: [], b: [], c: ['192.0.2.3'] }),
    })
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('"a,b,c"')
    expect(run.stderr).toBe('warning: no address is known for a, b [zone-record-omitted]\n')
  })

  it('says once what went wrong for all', async () => {
    const backends = {
      ...worldOf({ a: ['192.0.2.1'], b: ['192.0.2.2'] }),
      bootstrap: () => ending('bootstrap', 'failed'),
    }
    const { stderr } = await cliRun(generate, { backends })
    expect(stderr.match(/failed/g)).toHaveLength(1)
  })

  it('says what it leaves out', async () => {
    const backends = knowing(endpoint('fe80::1%eth0', 'n.local'))
    const { stderr } = await cliRun([...generate, '--backend', 'zeroconf'], { backends })
    expect(stderr).toContain("'fe80::1%eth0' is link-local, which DNS cannot express [zone-record-omitted]")
  })

  it('leaves out names that fit into no response, so that transfers are asked for', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `cluster-number-${index}`)
    const clusters = Object.fromEntries(names.map((text) => [text, ['192.0.2.3']]))
    const run = await cliRun([...generate, '--backend', 'dns'], { backends: worldOf(clusters) })
    expect(run.code).toBe(0)
    expect(run.stdout).not.toContain('TXT')
    expect(run.stderr).toContain('5000 names do not fit into a response; allow zone transfers [zone-record-omitted]')
  }, 30_000)

  it.each([
    ['nobody knows a cluster', worldOf({}), 6],
    ['nobody can tell', { ...worldOf({}), dns: () => ending('dns', 'timeout') }, 3],
    [
      'somebody could not be asked',
      { ...worldOf({ c: ['192.0.2.3'] }), bootstrap: () => ending('bootstrap', 'unavailable') },
      3,
    ],
  ] as const)('prints nothing where %s', async (_, backends, code) => {
    const run = await cliRun(generate, { backends })
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).not.toBe('')
  })

  const both = (list: readonly string[]) => ({
    ...worldOf({ c: ['192.0.2.3', '192.0.2.4'] }),
    bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: { c: list } }),
  })

  it.each<readonly [id: string, argv: readonly string[], backends: StandIns, says: RegExp]>([
    ['sources disagree', [], both(['192.0.2.3']), /sources disagree/],
    ['sources disagree, with --partial', ['--partial'], both(['192.0.2.3']), /sources disagree/],
    [
      'a source says that something is missing',
      ['--backend', 'dns'],
      {
        dns: () =>
          emitting('dns', name('c'), { ...endpoint('192.0.2.3', null), source: sourceOf('dns') } as ResolveEvent, {
            type: 'warning',
            code: 'srv-target-incomplete',
            message: 'mds1 may have more addresses',
          }),
      },
      /may be missing: see the warnings \(srv-target-incomplete\)/,
    ],
    [
      'an instance was heard and its addresses were not',
      ['--backend', 'zeroconf'],
      {
        zeroconf: () =>
          createResolver({
            name: 'zeroconf',
            discover: async ({ emit }) => emit(name('c') as DiscoverEvent),
            resolve: async (_, { startAttempt }) => startAttempt({ method: 'mdns', target: 'c' }).finish('silent'),
          }),
      },
      /no answer about the addresses of c/,
    ],
  ])('prints nothing where %s', async (_, argv, backends, says) => {
    const run = await cliRun([...generate, ...argv], { backends })
    expect(run).toMatchObject({ code: 3, stdout: '' })
    expect(run.stderr).toMatch(says)
  })

  it('asks zeroconf only where it is named', async () => {
    const backends = worldOf({ c: ['192.0.2.3'] })
    expect(await cliRun(generate, { backends })).toMatchObject({ code: 0, loaded: ['dns', 'bootstrap'] })
    const named = await cliRun([...generate, '--backend', 'dns,zeroconf', '--interface', 'eth0'], { backends })
    expect(named).toMatchObject({ code: 0, stderr: '', loaded: ['dns', 'zeroconf'] })
    const idle = await cliRun([...generate, '--interface', 'eth0'], { backends })
    expect(idle.stderr).toMatch(/^warning: --interface has no effect here[^\n]+\[option-without-effect\]\n$/)
  })

  it('prints what there is with --partial, and still ends with 3', async () => {
    const backends = { ...worldOf({ c: ['192.0.2.3'] }), bootstrap: () => ending('bootstrap', 'unavailable') }
    const run = await cliRun([...generate, '--partial'], { backends })
    expect(run.code).toBe(3)
    expect(run.stdout).toContain('mds-192-0-2-3')
    expect(run.stderr).toContain('clusters or addresses may be missing; no answer from:')
  })
})
