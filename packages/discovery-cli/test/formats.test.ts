import { readFileSync } from 'node:fs'
import { parseBootstrapList } from '@pstorage/discovery-bootstrap'
import { parseClusterName, type ResolveEvent, type Source } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, worldOf } from './stand-ins.js'

const srv: Source = {
  backend: 'dns',
  method: 'dns-srv',
  origin: '_pstorage._tcp.c.pstorage.test @192.0.2.53:53',
  ttl: 300,
  authenticated: false,
}
const endpoint = { type: 'endpoint', port: 2510, ttl: 300, source: srv } as const
const found: readonly ResolveEvent[] = [
  { ...endpoint, address: '192.0.2.3', host: 's3.pstorage.test', priority: 0, weight: 1, preference: [0] },
  { ...endpoint, address: '2001:db8::3', host: 's3.pstorage.test', priority: 0, weight: 1, preference: [1] },
  { ...endpoint, address: '192.0.2.4', port: 2511, host: null, priority: null, weight: null, preference: [2] },
]
const backends: StandIns = { dns: () => emitting('dns', ...found) }
const resolveArgs = ['resolve', 'c', '--backend', 'dns']

/** The output of each format for the same three endpoints. */
const golden: readonly (readonly [format: string, text: string])[] = [
  ['text', '192.0.2.3:2510\n[2001:db8::3]:2510\n192.0.2.4:2511\n'],
  [
    'bs-list',
    `# cluster c
# from dns-srv _pstorage._tcp.c.pstorage.test @192.0.2.53:53
192.0.2.3:2510
[2001:db8::3]:2510
192.0.2.4:2511
`,
  ],
  [
    'zone',
    `; The metadata servers of each.
_pstorage._tcp.c   IN  SRV  0 1 2510 mds-192-0-2-3.c
_pstorage._tcp.c   IN  SRV  0 1 2510 mds-2001-db8--3.c
_pstorage._tcp.c   IN  SRV  0 1 2511 mds-192-0-2-4.c
; Their addresses.
mds-192-0-2-3.c    IN  A    192.0.2.3
mds-2001-db8--3.c  IN  AAAA 2001:db8::3
mds-192-0-2-4.c    IN  A    192.0.2.4
`,
  ],
  [
    'prometheus',
    `[
  {
    "targets": [
      "192.0.2.3:2510"
    ],
    "labels": {
      "pstorage_cluster": "c",
      "__meta_pstorage_backends": ",dns,",
      "__meta_pstorage_host": "s3.pstorage.test",
      "__meta_pstorage_priority": "0",
      "__meta_pstorage_weight": "1"
    }
  },
  {
    "targets": [
      "[2001:db8::3]:2510"
    ],
    "labels": {
      "pstorage_cluster": "c",
      "__meta_pstorage_backends": ",dns,",
      "__meta_pstorage_host": "s3.pstorage.test",
      "__meta_pstorage_priority": "0",
      "__meta_pstorage_weight": "1"
    }
  },
  {
    "targets": [
      "192.0.2.4:2511"
    ],
    "labels": {
      "pstorage_cluster": "c",
      "__meta_pstorage_backends": ",dns,"
    }
  }
]
`,
  ],
  [
    'json',
    `{"schemaVersion":1,"outcome":"found","cluster":"c","endpoints":[{"address":"192.0.2.3","port":2510,"host":"s3.pstorage.test","priority":0,"weight":1,"ttl":300,"sources":[{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}]},{"address":"2001:db8::3","port":2510,"host":"s3.pstorage.test","priority":0,"weight":1,"ttl":300,"sources":[{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}]},{"address":"192.0.2.4","port":2511,"host":null,"priority":null,"weight":null,"ttl":300,"sources":[{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}]}],"attempts":[],"warnings":[]}
`,
  ],
  [
    'ndjson',
    `{"type":"endpoint","address":"192.0.2.3","port":2510,"host":"s3.pstorage.test","priority":0,"weight":1,"ttl":300,"source":{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}}
{"type":"endpoint","address":"2001:db8::3","port":2510,"host":"s3.pstorage.test","priority":0,"weight":1,"ttl":300,"source":{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}}
{"type":"endpoint","address":"192.0.2.4","port":2511,"host":null,"priority":null,"weight":null,"ttl":300,"source":{"backend":"dns","method":"dns-srv","origin":"_pstorage._tcp.c.pstorage.test @192.0.2.53:53","ttl":300,"authenticated":false}}
{"type":"end","outcome":"found","schemaVersion":1}
`,
  ],
]

describe('resolve --format', () => {
  it.each(golden)('%s: is printed like this', async (format, text) => {
    const run = await cliRun([...resolveArgs, '--format', format], { backends })
    expect(run).toMatchObject({ code: 0, stdout: text, stderr: '' })
  })

  it('bs-list: is read by the parser of lists', async () => {
    const { stdout } = await cliRun([...resolveArgs, '--format', 'bs-list'], { backends })
    const { entries, warnings } = parseBootstrapList(stdout)
    expect(warnings).toEqual([])
    expect(entries.map((entry) => entry.endpoint.address)).toEqual(['192.0.2.3', '2001:db8::3', '192.0.2.4'])
  })

  it('prometheus: has labels that Prometheus takes', async () => {
    const { stdout } = await cliRun([...resolveArgs, '--format', 'prometheus'], { backends })
    for (const { targets, labels } of JSON.parse(stdout)) {
      expect(targets).toHaveLength(1)
      for (const [name, value] of Object.entries(labels)) {
        expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
        expect(value).toBeTypeOf('string')
      }
    }
  })

  it.each([
    ['absent', 'bs-list', 6, ''],
    ['absent', 'zone', 6, ''],
    ['absent', 'prometheus', 6, '[]\n'],
    ['undetermined', 'bs-list', 3, ''],
    ['undetermined', 'zone', 3, ''],
    ['undetermined', 'prometheus', 3, ''],
  ])('%s: %s ends with %i and prints %j', async (outcome, format, code, stdout) => {
    const dns = () => ending('dns', outcome === 'absent' ? 'empty' : 'timeout')
    expect(await cliRun([...resolveArgs, '--format', format], { backends: { dns } })).toMatchObject({ code, stdout })
  })

  it.each([
    ['bs-list', /^# cluster c\n# from .*\n192\.0\.2\.3:2510\n$/],
    ['prometheus', /^\[\n {2}\{\n {4}"targets": \[\n {6}"192\.0\.2\.3:2510"\n {4}\],[^[]*\]\n$/],
  ])('%s: leaves out an address that means nothing without its link', async (format, stdout) => {
    const bare: ResolveEvent = { ...endpoint, address: 'fe80::1', host: null, priority: 0, weight: 0 }
    const good: ResolveEvent = { ...bare, address: '192.0.2.3' }
    const run = async (...events: readonly ResolveEvent[]) =>
      cliRun([...resolveArgs, '--format', format], { backends: { dns: () => emitting('dns', ...events) } })
    expect((await run(bare, good)).stdout).toMatch(stdout)
    expect(await run(bare)).toMatchObject({ code: 0, stdout: '' })
  })

  it('zone: leaves out what DNS cannot say, and says so', async () => {
    const linkLocal: ResolveEvent = { ...endpoint, address: 'fe80::1%eth0', host: null, priority: null, weight: null }
    const { stdout } = await cliRun([...resolveArgs, '--format', 'zone'], {
      backends: { dns: () => emitting('dns', linkLocal) },
    })
    expect(stdout).toBe(
      "; an address of cluster c is left out: 'fe80::1%eth0' is link-local, which DNS cannot express\n",
    )
  })
})

describe('discover --format', () => {
  it('zone: lists the names in TXT records', async () => {
    const run = await cliRun(['discover', '--format', 'zone'], { backends: worldOf({ b: [], a: [] }) })
    expect(run).toMatchObject({
      code: 0,
      stdout: '; The names of the clusters.\npstorage_clusters  IN  TXT  "a,b"\n',
    })
  })

  it('zone: keeps every string below 255 octets and every name whole', async () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `cluster-${index}`)
    const emitted = names.map((name) => ({ type: 'cluster', name: parseClusterName(name), source: srv }) as const)
    const { stdout } = await cliRun(['discover', '--backend', 'dns', '--format', 'zone'], {
      backends: { dns: () => emitting('dns', ...emitted) },
    })
    const strings = [...stdout.matchAll(/"([^"]*)"/g)].map(([, string = '']) => string)
    for (const string of strings) expect(string.length).toBeLessThan(255)
    expect(strings.flatMap((string) => string.split(',')).toSorted()).toEqual(names.toSorted())
  })

  it.each(['bs-list', 'prometheus'])('%s: is wrong usage, since there are no addresses', async (format) => {
    const run = await cliRun(['discover', '--format', format])
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toContain(`--format ${format} goes with resolve, not with discover`)
  })
})

describe('--schema', () => {
  it.each([[['--schema']], [['resolve', '--schema']]])('%j prints the JSON Schema', async (argv) => {
    const run = await cliRun(argv)
    expect(run).toMatchObject({ code: 0, stderr: '', loaded: [] })
    expect(run.stdout).toBe(readFileSync(new URL('../schema/v1.json', import.meta.url), 'utf8'))
  })
})
