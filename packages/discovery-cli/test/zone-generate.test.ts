import { parseClusterName, type ResolveEvent, type Source } from '@pstorage/discovery-core'
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
    expect(run).toMatchObject({ code: 0, stderr: '' })
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
_pstorage._tcp.c   IN  SRV  0 0 2510 node1
_pstorage._tcp.c   IN  SRV  0 1 2510 mds-192-0-2-4
; Their addresses.
node1              IN  A    192.0.2.3
node1              IN  AAAA 2001:db8::3
mds-192-0-2-4      IN  A    192.0.2.4
`)
  })

  it('prints commands for nsupdate, which replace nothing but the SRV records of what was found', async () => {
    const backends = knowing(endpoint('192.0.2.3', 'node1.local'))
    const argv = ['zone', 'generate', 'pstorage.test', '--backend', 'zeroconf', '--format', 'nsupdate', '--ttl', '60']
    const run = await cliRun(argv, { backends })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toBe(`; 1 storage cluster of pstorage.test, by pstorage-discovery zone generate
; TXT records with other names stay. To replace them all, put this line before those that add the names:
; update delete pstorage_clusters.pstorage.test. TXT
update add node1.pstorage.test. 60 IN A 192.0.2.3
update delete _pstorage._tcp.c.pstorage.test. SRV
update add _pstorage._tcp.c.pstorage.test. 60 IN SRV 0 1 2510 node1.pstorage.test.
update add pstorage_clusters.pstorage.test. 60 IN TXT "c"
send
`)
  })

  it('takes clusters by hand and asks nobody', async () => {
    const argv = [...generate, '--mds', 'a=192.0.2.3', '--mds', 'A=[2001:db8::1]:2511', '--ns', '2001:db8::53']
    const run = await cliRun(argv)
    expect(run).toMatchObject({ code: 0, stderr: '', loaded: [] })
    expect(run.stdout).toContain('pstorage_clusters  IN  TXT  "a"\n')
    expect(run.stdout).toContain('_pstorage._tcp.a   IN  SRV  0 1 2511 mds-2001-db8-1\n')
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
      'hosts of two domains with one label',
      [endpoint('192.0.2.3', 'mds.a.test'), endpoint('192.0.2.4', 'mds.b.test')],
      [
        '_pstorage._tcp.c IN SRV 0 1 2510 mds',
        '_pstorage._tcp.c IN SRV 0 1 2510 mds-2',
        'mds IN A 192.0.2.3',
        'mds-2 IN A 192.0.2.4',
      ],
    ],
    [
      'a host that is called like the name server',
      [endpoint('192.0.2.3', 'ns.local')],
      ['_pstorage._tcp.c IN SRV 0 1 2510 ns-2', 'ns-2 IN A 192.0.2.3'],
    ],
    [
      'a host whose name is none',
      [endpoint('192.0.2.3', 'my host"\n.local')],
      ['_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-3', 'mds-192-0-2-3 IN A 192.0.2.3'],
    ],
    [
      'a host name with an underscore',
      [endpoint('192.0.2.3', 'my_host.local')],
      ['_pstorage._tcp.c IN SRV 0 1 2510 mds-192-0-2-3', 'mds-192-0-2-3 IN A 192.0.2.3'],
    ],
    [
      'two ports of one host',
      [endpoint('192.0.2.3', 'n.local'), endpoint('192.0.2.3', 'n.local', { port: 2511 })],
      ['_pstorage._tcp.c IN SRV 0 1 2510 n', '_pstorage._tcp.c IN SRV 0 1 2511 n', 'n IN A 192.0.2.3'],
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
    expect(run.stderr).toBe('warning: no address is known of a, b [zone-record-omitted]\n')
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
    expect(stderr).toContain("'fe80::1%eth0' is link-local, which DNS cannot say [zone-record-omitted]")
  })

  it('leaves out names that fit into no response, so that transfers are asked for', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `cluster-number-${index}`)
    const clusters = Object.fromEntries(names.map((text) => [text, ['192.0.2.3']]))
    const run = await cliRun([...generate, '--backend', 'dns'], { backends: worldOf(clusters) })
    expect(run.code).toBe(0)
    expect(run.stdout).not.toContain('TXT')
    expect(run.stderr).toContain('5000 names do not fit into a response; allow zone transfers [zone-record-omitted]')
  })

  it.each([
    ['nobody knows a cluster', worldOf({}), 1],
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

  it('prints what there is with --partial, and still ends with 3', async () => {
    const backends = { ...worldOf({ c: ['192.0.2.3'] }), bootstrap: () => ending('bootstrap', 'unavailable') }
    const run = await cliRun([...generate, '--partial'], { backends })
    expect(run.code).toBe(3)
    expect(run.stdout).toContain('mds-192-0-2-3')
    expect(run.stderr).toContain('clusters or addresses may be missing: these could not be asked or did not answer:')
  })
})
