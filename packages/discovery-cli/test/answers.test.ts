import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import {
  type AttemptStatus,
  type DiscoverEvent,
  DiscoveryError,
  type Endpoint,
  memoryResolver,
  parseClusterName,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { keyFile } from '@pstorage/testbed'
import { describe, expect, it, vi } from 'vitest'
import type { BackendSettings, TlsSettings } from '../src/context.js'
import { cliRun, type StandIns } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

const transferKey = { name: 'transfer.key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' } as const
const world = worldOf({ 'my-cluster': ['192.0.2.3', '192.0.2.4:2511', '[2001:db8::1]:2510'], Second: [] })

/** A file with a CA that Node.js has. */
async function authorityFile() {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-ca-'))
  const file = join(directory, 'ca.pem')
  await writeFile(file, rootCertificates[0] ?? '')
  return { file, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

describe('text', () => {
  it('lists names, one a line, sorted', async () => {
    expect(await cliRun(['discover'], { backends: world })).toEqual({
      code: 0,
      stdout: 'my-cluster\nSecond\n',
      stderr: '',
      loaded: ['dns', 'bootstrap', 'zeroconf'],
    })
  })

  it('prints addresses, one a line, best first', async () => {
    expect(await cliRun(['resolve', 'my-cluster'], { backends: world })).toEqual({
      code: 0,
      stdout: '192.0.2.3:2510\n192.0.2.4:2511\n[2001:db8::1]:2510\n',
      stderr: '',
      loaded: ['dns', 'bootstrap', 'zeroconf'],
    })
  })

  it('unites a name that several know', async () => {
    const backends = {
      ...world,
      bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: { 'MY-cluster': [] } }),
    }
    expect((await cliRun(['discover'], { backends })).stdout).toBe('my-cluster\nSecond\n')
  })
})

describe('names that were cut short', () => {
  it('are printed, with what is missing and exit code 3', async () => {
    const source = sourceOf('dns')
    const error = { code: 'ETIMEDOUT', message: 'too slow' }
    const nothing = { target: 'z', server: null, elapsedMs: 1, detail: null }
    const dns = () =>
      emitting(
        'dns',
        { type: 'cluster', name: parseClusterName('one'), source },
        {
          type: 'attempt-finished',
          id: 1,
          backend: 'dns',
          method: 'dns-axfr',
          ...nothing,
          status: 'timeout',
          count: 1,
          error,
        },
      )
    const { code, stdout, stderr } = await cliRun(['discover', '--backend', 'dns'], { backends: { dns } })
    expect([code, stdout]).toEqual([3, 'one\n'])
    expect(stderr).toMatch(/^clusters are missing; no answer from:\n {2}dns-axfr {2}z {2}timeout 1 /)
  })
})

describe('the exit code says the outcome', () => {
  const nothing = (status: AttemptStatus): StandIns => ({ dns: () => ending('dns', status) })
  const rows: readonly (readonly [id: string, argv: readonly string[], backends: StandIns, code: number])[] = [
    ['found', ['resolve', 'my-cluster'], world, 0],
    ['absent', ['resolve', 'nosuch'], world, 6],
    ['absent: no cluster at all', ['discover'], worldOf({}), 6],
    ['known', ['resolve', 'second'], world, 4],
    [
      'silence alone is no answer',
      ['resolve', 'c', '--backend', 'zeroconf'],
      { zeroconf: () => ending('zeroconf', 'silent') },
      3,
    ],
    ...(['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable', 'silent', 'skipped'] as const).map(
      (status) => [status, ['resolve', 'c', '--backend', 'dns'], nothing(status), 3] as const,
    ),
    [
      'one could not be asked',
      ['resolve', 'nosuch'],
      { ...world, zeroconf: () => ending('zeroconf', 'unavailable') },
      3,
    ],
    ['the same, discover', ['discover'], { ...worldOf({}), dns: () => ending('dns', 'timeout') }, 3],
    [
      'found although one could not be asked',
      ['discover'],
      { ...world, zeroconf: () => ending('zeroconf', 'unavailable') },
      0,
    ],
    [
      'known although one could not be asked',
      ['resolve', 'Second'],
      { ...world, zeroconf: () => ending('zeroconf', 'failed') },
      4,
    ],
  ]

  it.each(rows)('%s', async (_, argv, backends, code) => {
    for (const format of ['text', 'json', 'ndjson']) {
      expect(await cliRun([...argv, '--format', format], { backends })).toMatchObject({ code })
    }
  })
})

describe('whom it asks', () => {
  it('asks what --backend names, in that order, and loads nothing else', async () => {
    const backends = {
      zeroconf: () => memoryResolver({ name: 'zeroconf', clusters: { c: ['192.0.2.9'] } }),
      dns: () => memoryResolver({ name: 'dns', clusters: { c: ['192.0.2.1'] } }),
    }
    const run = await cliRun(['resolve', 'c', '--backend', 'zeroconf, dns'], { backends })
    expect(run).toMatchObject({ code: 0, stdout: '192.0.2.9:2510\n', loaded: ['zeroconf', 'dns'] })
  })

  it('unites all with --policy merge, the preferred first', async () => {
    const backends = {
      zeroconf: () => memoryResolver({ name: 'zeroconf', clusters: { c: ['192.0.2.9', '192.0.2.1'] } }),
      dns: () => memoryResolver({ name: 'dns', clusters: { c: ['192.0.2.1'] } }),
    }
    const argv = ['resolve', 'c', '--backend', 'dns,zeroconf', '--policy', 'merge']
    expect((await cliRun(argv, { backends })).stdout).toBe('192.0.2.1:2510\n192.0.2.9:2510\n')
  })

  it('takes the first that knows, for discover too when it is told so', async () => {
    const backends = { ...world, bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: { other: [] } }) }
    expect((await cliRun(['discover', '--policy', 'first'], { backends })).stdout).toBe('my-cluster\nSecond\n')
    expect((await cliRun(['discover'], { backends })).stdout).toBe('my-cluster\nother\nSecond\n')
  })

  it('takes -b for the whole answer, whatever else is chosen', async () => {
    let settings: BackendSettings | undefined
    const backends: StandIns = {
      bootstrap: (received) => {
        settings = received
        return memoryResolver({ name: 'bootstrap', clusters: { c: received.addresses } })
      },
    }
    const argv = ['resolve', 'c', '-b10.0.0.1:2511', '-b', '10.0.0.2', '--bootstrap=[::1]:2510', '--backend', 'dns']
    const run = await cliRun(argv, { backends })
    expect(run).toMatchObject({ code: 0, stdout: '10.0.0.1:2511\n10.0.0.2:2510\n[::1]:2510\n', loaded: ['bootstrap'] })
    expect(settings?.addresses).toEqual(['10.0.0.1:2511', '10.0.0.2', '[::1]:2510'])
  })

  it('hands the options to the backends', async () => {
    await using key = await keyFile(transferKey)
    await using authority = await authorityFile()
    const seen: BackendSettings[] = []
    const see = (settings: BackendSettings) => {
      seen.push(settings)
      return ending('dns', 'empty')
    }
    const options = ['--server', '192.0.2.53', '--server=[::1]:5353', '--domain', 'a.test', '--domain', 'b.test']
    const proofs = [
      '--tsig-key',
      key.file,
      '--tls-name',
      'ns.test',
      `--tls-ca=${authority.file}`,
      '--tls-pin',
      'a=',
      '--tls-pin=b=',
      '--tls-alpn=offer',
    ]
    const more = [
      '--axfr',
      'never',
      '--denials',
      'any',
      '--interface',
      'eth0',
      '--clusters-dir',
      '/srv/a',
      '--clusters-dir',
      '/srv/b',
    ]
    await cliRun(['discover', ...options, ...proofs, ...more], {
      backends: { dns: see, bootstrap: see, zeroconf: see },
    })
    expect(seen).toHaveLength(3)
    expect(seen[0]).toEqual({
      servers: ['192.0.2.53', '[::1]:5353'],
      domains: ['a.test', 'b.test'],
      axfr: 'never',
      denials: 'any',
      tsigKeyFile: key.file,
      tls: { name: 'ns.test', caFile: authority.file, pins: ['a=', 'b='], alpn: 'offer' },
      interfaces: ['eth0'],
      directories: ['/srv/a', '/srv/b'],
      addresses: [],
    })
  })

  it.each([
    [['resolve', 'c'], true],
    [['discover'], false],
  ] as const)('says of %j whether a key has no effect there', async (words, isWarned) => {
    await using key = await keyFile(transferKey)
    const backends = { dns: () => ending('dns', 'empty') }
    const run = await cliRun([...words, '--backend', 'dns', '--tsig-key', key.file], { backends })
    expect(run.code).toBe(6)
    expect(run.stderr.includes('[option-without-effect]')).toBe(isWarned)
  })

  it.each<readonly [words: readonly string[], tls: Partial<TlsSettings> | undefined]>([
    [[], undefined],
    [['--tls'], { pins: [] }],
    [['--tls-name', 'ns.test'], { name: 'ns.test', pins: [] }],
    [['--tls-pin', 'a='], { pins: ['a='] }],
    [['--tls-ca', 'CA'], { caFile: 'CA', pins: [] }],
    [['--tls-alpn', 'require'], { pins: [], alpn: 'require' }],
  ])('asks over TLS with %j', async (words, tls) => {
    await using authority = await authorityFile()
    const caFile = authority.file
    const seen: BackendSettings[] = []
    const see = (settings: BackendSettings) => {
      seen.push(settings)
      return ending('dns', 'empty')
    }
    const argv = words.map((word) => (word === 'CA' ? caFile : word))
    await cliRun(['discover', '--backend', 'dns', ...argv], { backends: { dns: see } })
    expect(seen.map((settings) => settings.tls)).toEqual([tls?.caFile === undefined ? tls : { ...tls, caFile }])
  })

  it('gives the question the time of --timeout', async () => {
    const silent = () => ({ ...ending('dns', 'empty'), resolve: vi.fn(ending('dns', 'empty').resolve) })
    const resolver = silent()
    await cliRun(['resolve', 'c', '--backend', 'dns', '--timeout', '0.25'], { backends: { dns: () => resolver } })
    await cliRun(['resolve', 'c', '--backend', 'dns'], { backends: { dns: () => resolver } })
    expect(resolver.resolve.mock.calls.map(([, options]) => options?.timeout)).toEqual([250, 5_000])
  })

  it('ends with 2, and leaves nothing open, when a backend refuses an option', async () => {
    const dispose = vi.fn(async () => {})
    const backends: StandIns = {
      dns: () => {
        throw new DiscoveryError('ERR_OPTION_INVALID', 'servers: \x1b[31mno such thing')
      },
      bootstrap: () => ({ ...ending('bootstrap', 'empty'), [Symbol.asyncDispose]: dispose }),
      zeroconf: () => ({ ...ending('zeroconf', 'silent'), [Symbol.asyncDispose]: dispose }),
    }
    const run = await cliRun(['discover', '--server', 'x'], { backends })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('servers: \\x1b[31mno such thing')
    expect(dispose).toHaveBeenCalledTimes(2)
  })
})

describe('zeroconf alone', () => {
  const zeroconf = () => memoryResolver({ name: 'zeroconf', clusters: { c: ['192.0.2.9'], d: [] } })
  const rows: readonly (readonly [id: string, argv: readonly string[], backends: StandIns, warned: boolean])[] = [
    ['resolve, nobody else knows', ['resolve', 'c'], { ...worldOf({}), zeroconf }, true],
    ['resolve, nobody else was asked', ['resolve', 'c', '--backend', 'zeroconf'], { zeroconf }, true],
    ['discover, nobody else knows', ['discover'], { ...worldOf({}), zeroconf }, true],
    [
      'resolve, DNS agrees',
      ['resolve', 'c', '--policy', 'merge'],
      { ...worldOf({ c: ['192.0.2.9'] }), zeroconf },
      false,
    ],
    ['discover, one name from DNS', ['discover'], { ...worldOf({ e: [] }), zeroconf }, false],
    ['no result', ['resolve', 'd'], { ...worldOf({}), zeroconf }, false],
    ['a result of DNS alone', ['resolve', 'c'], worldOf({ c: ['192.0.2.9'] }), false],
  ]

  it.each(rows)('%s', async (_, argv, backends, warned) => {
    const text = await cliRun(argv, { backends })
    expect(text.stderr.includes('[zeroconf-only]')).toBe(warned)
    const json = JSON.parse((await cliRun([...argv, '--json'], { backends })).stdout)
    expect(json.warnings.some(({ code }: { code: string }) => code === 'zeroconf-only')).toBe(warned)
    const lines = (await cliRun([...argv, '--format', 'ndjson'], { backends })).stdout.trimEnd().split('\n')
    expect(lines.at(-1)).toContain('"type":"end"')
    expect(lines.at(-2)?.includes('"zeroconf-only"')).toBe(warned)
  })
})

describe('many results', () => {
  const endpoint = (index: number): Endpoint & { type: 'endpoint' } => {
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    return { type: 'endpoint', address, port: 2510, host: null, priority: 0, weight: 1, ttl: 60 }
  }
  const many = 10_000
  const names = Array.from({ length: many }, (_, index): DiscoverEvent => {
    return { type: 'cluster', name: parseClusterName(`cluster-${index}`), source: sourceOf('dns') }
  })
  const endpoints = Array.from({ length: many }, (_, index): ResolveEvent => {
    return { ...endpoint(index), source: sourceOf('dns'), preference: [index] }
  })
  const backends = { dns: () => emitting('dns', ...names, ...endpoints) }

  it.each(['text', 'json', 'ndjson'])(
    'CLI-14: 10,000 clusters and 10,000 MDS in under a second of processor time each as %s',
    async (format) => {
      const before = process.cpuUsage()
      const discovered = await cliRun(['discover', '--backend', 'dns', '--format', format], { backends })
      const resolved = await cliRun(['resolve', 'c', '--backend', 'dns', '--format', format], { backends })
      const { user, system } = process.cpuUsage(before)
      expect(user + system).toBeLessThan(2_000_000)
      expect([discovered.code, resolved.code]).toEqual([0, 0])
      expect(discovered.stdout).toContain('cluster-9999')
      expect(resolved.stdout).toContain('10.0.39.15')
    },
  )
})

describe('time', () => {
  it('CLI-13: a clock that jumps back does not make an attempt end before it began', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01') })
    try {
      const dns = () => {
        vi.setSystemTime(new Date('2020-01-01'))
        return ending('dns', 'empty')
      }
      const { stdout } = await cliRun(['discover', '--backend', 'dns', '--json'], { backends: { dns } })
      expect(JSON.parse(stdout).attempts[0].elapsedMs).toBeGreaterThanOrEqual(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
