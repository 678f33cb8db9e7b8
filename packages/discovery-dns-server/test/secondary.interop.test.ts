import { readMessage } from '@pstorage/dns-message'
import { describe, expect, test, vi } from 'vitest'
import { type ClusterNameServerOptions, clusterNameServer, type ReceivedQuery, type TsigKey } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { startKnotSecondary } from './support/knotd.js'
import { type RealServer, startNamed } from './support/named.js'
import { queryBytes } from './support/query-bytes.js'
import { freePort } from './support/real-server.js'
import { recordText } from './support/record-text.js'
import { run } from './support/run.js'
import { askOnce } from './support/tcp-client.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'
const secret = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI='

interface SecondaryOptions {
  readonly primaryPort: number
  readonly port?: number
  readonly key?: TsigKey
  readonly ready?: RegExp
  readonly isHasty?: boolean
}

/** The two that an operator is likely to have, as secondaries of ours. */
const secondaries = {
  named: ({ primaryPort, key, isHasty, ready = /Transfer status: success/, ...rest }: SecondaryOptions) =>
    startNamed({
      options: `recursion no; ${isHasty ? 'min-refresh-time 1; max-refresh-time 1; min-retry-time 1;' : ''}`,
      zones: `${key ? `key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };` : ''}
        zone "${origin}" {
          type secondary; file "copy"; allow-transfer { any; };
          primaries { 127.0.0.1 port ${primaryPort} ${key ? `key "${key.name}"` : ''}; };
        };`,
      ready,
      ...rest,
    }),
  knotd: ({ isHasty, ...rest }: SecondaryOptions) =>
    startKnotSecondary({ origin, ...(isHasty ? { longestRefresh: 2 } : {}), ...rest }),
} satisfies Record<string, (options: SecondaryOptions) => Promise<RealServer>>

const turnedAway = { named: /refresh: failure trying primary/, knotd: /remote .*failed/ }

const serialAt = async (port: number) => {
  const [record] = readMessage(await askOverUdp(port, queryBytes(origin, 'SOA'))).answers
  return record?.data.kind === 'SOA' ? record.data.serial : undefined
}
const namesAt = async (port: number) =>
  readMessage(await askOnce(port, queryBytes(`pstorage_clusters.${origin}`, 'TXT'))).answers.map(recordText)
const zoneAt = async (port: number) => {
  const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(port), '+noall', '+answer', 'AXFR', origin])
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .sort()
}
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

describe.each(['named', 'knotd'] as const)('%s as our secondary', (program) => {
  const start = secondaries[program]

  test('transfers the zone of the manual page and serves the same', async () => {
    await using server = await clusterNameServer({ origin, zone: manPageZone })
    await using secondary = await start({ primaryPort: server.port })
    await soon(async () => expect(await zoneAt(secondary.port)).toEqual(await zoneAt(server.port)))
  })

  test('transfers 10,000 clusters', async () => {
    const clusters = Array.from({ length: 10_000 }, (_, index) => ({
      name: `cluster_${index}`,
      mds: [{ address: `10.0.${index >> 8}.${index & 255}` }],
    }))
    await using server = await clusterNameServer({ origin, clusters })
    await using secondary = await start({ primaryPort: server.port })
    await soon(async () => expect(await zoneAt(secondary.port)).toHaveLength(20_004))
  })

  test('hears of an update by NOTIFY and takes it', async () => {
    const port = await freePort()
    const queries: ReceivedQuery[] = []
    await using server = await clusterNameServer({
      origin,
      clusters: [{ name: 'one', mds: [] }],
      notify: [{ address: '127.0.0.1', port }],
      onQuery: (query) => queries.push(query),
    })
    await using secondary = await start({ primaryPort: server.port, port })
    await soon(async () => expect(await serialAt(secondary.port)).toBe(1))
    // Its refresh time is an hour, so nothing but NOTIFY brings the others.
    for (const [serial, name] of [
      [2, 'two'],
      [3, 'three'],
    ] as const) {
      server.update({ clusters: [{ name, mds: [] }] })
      await soon(async () => expect(await serialAt(secondary.port)).toBe(serial))
      expect(await namesAt(secondary.port)).toEqual([`pstorage_clusters.${origin} 300 TXT "${name}"`])
    }
    expect(queries.filter(({ type }) => type === 'IXFR').length).toBeGreaterThanOrEqual(2)
  })

  test('asks again when its refresh time is over, and takes only what is newer', async () => {
    const zone = (serial: number, name: string) =>
      `$TTL 60\n@ SOA ns host ${serial} 1 1 1000 60\n NS ns\nns A 127.0.0.1\npstorage_clusters TXT ${name}\n`
    const queries: ReceivedQuery[] = []
    const last = 2 ** 32 - 1
    await using server = await clusterNameServer({
      origin,
      zone: zone(last - 1, 'one'),
      onQuery: (query) => queries.push(query),
    })
    await using secondary = await start({ primaryPort: server.port, isHasty: true })
    // Around the circle of serials: the last, and the one after it, which is 0.
    for (const [text, serial] of [
      [zone(last, 'two'), last],
      [zone(last, 'three'), 0],
      [zone(9, 'four'), 9],
    ] as const) {
      server.update({ zone: text })
      await soon(async () => expect(await serialAt(secondary.port)).toBe(serial))
    }
    expect(await namesAt(secondary.port)).toEqual([`pstorage_clusters.${origin} 60 TXT "four"`])
    const transfers = queries.filter(({ type }) => type === 'AXFR' || type === 'IXFR').length
    const refreshes = () => queries.filter(({ type }) => type === 'SOA').length
    const before = refreshes()
    await soon(async () => expect(refreshes()).toBeGreaterThan(before + 1))
    // Up to date: it asked for the SOA record and left it at that.
    expect(queries.filter(({ type }) => type === 'AXFR' || type === 'IXFR')).toHaveLength(transfers)
  })

  test.each(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const)('transfers by %s', async (algorithm) => {
    const key: TsigKey = { name: 'transfer.key', algorithm, secret }
    const queries: ReceivedQuery[] = []
    const hosts = Array.from({ length: 3_000 }, (_, index) => `h${index} A 10.0.${index >> 8}.${index & 255}\n`).join(
      '',
    )
    await using server = await clusterNameServer({
      origin,
      zone: manPageZone + hosts,
      keys: [key],
      allowTransfer: [{ key: key.name }],
      onQuery: (query) => queries.push(query),
    })
    await using secondary = await start({ primaryPort: server.port, key })
    await soon(async () => expect(await zoneAt(secondary.port)).toHaveLength(3_017))
    expect(queries.map((query) => query.key)).toEqual(queries.map(() => key.name))
  })

  const key: TsigKey = { name: 'transfer.key', algorithm: 'hmac-sha256', secret }
  const rows: [name: string, options: Partial<ClusterNameServerOptions>, key: TsigKey | undefined][] = [
    ['another secret', { keys: [{ ...key, secret: 'b3RoZXI=' }] }, key],
    ['a key that we do not have', { keys: [key] }, { ...key, name: 'unknown.key' }],
    ['a clock that is an hour off', { keys: [key], now: () => Date.now() + 3_600_000 }, key],
  ]
  test.each(rows)('does not transfer with %s', async (_name, options, with_) => {
    const queries: ReceivedQuery[] = []
    await using server = await clusterNameServer({
      origin,
      zone: manPageZone,
      allowTransfer: [{ key: 'transfer.key' }],
      onQuery: (query) => queries.push(query),
      ...options,
    } as ClusterNameServerOptions) // the options of the row say nothing about contents
    await using secondary = await start({
      primaryPort: server.port,
      ready: turnedAway[program],
      ...(with_ ? { key: with_ } : {}),
    })
    expect(queries.length).toBeGreaterThan(0)
    expect(queries.every((query) => query.key === undefined)).toBe(true)
    expect(readMessage(await askOverUdp(secondary.port, queryBytes(origin, 'SOA'))).header.rcode).toBe(2)
  })
})
