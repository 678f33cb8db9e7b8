import { describe, expect, test } from 'vitest'
import type { ClusterEntry } from '../src/zone/inventory.js'
import { queryBytes } from './support/query-bytes.js'
import { recordText, sectionsText } from './support/record-text.js'
import { responderOf, response, responses, tcpPeer } from './support/responder-of.js'

const origin = 'pstorage.test'
const d = `.${origin}`

const transferred = (clusters: ClusterEntry[], options = {}) =>
  (responses(responderOf({ origin, clusters, ...options }), queryBytes(origin, 'AXFR'), tcpPeer) ?? [])
    .flatMap(({ answers }) => answers.map(recordText))
    .slice(0, -1)

describe('an inventory becomes records', () => {
  const soa = (ttl: number, serial = 1) => `${origin} ${ttl} SOA ns${d} hostmaster${d} ${serial} 3600 600 86400 ${ttl}`
  const frame = [soa(300), `${origin} 300 NS ns${d}`, `ns${d} 300 A 127.0.0.1`]

  test('empty', () => {
    expect(transferred([])).toEqual(frame)
  })

  test('defaults', () => {
    expect(transferred([{ name: 'my-cluster', mds: [{ address: '10.0.0.1' }, { address: 'fd00::1' }] }])).toEqual([
      ...frame,
      `pstorage_clusters${d} 300 TXT "my-cluster"`,
      `_pstorage._tcp.my-cluster${d} 300 SRV 0 1 2510 mds1.my-cluster${d}`,
      `_pstorage._tcp.my-cluster${d} 300 SRV 0 1 2510 mds2.my-cluster${d}`,
      `mds1.my-cluster${d} 300 A 10.0.0.1`,
      `mds2.my-cluster${d} 300 AAAA fd00::1`,
    ])
  })

  test('everything given', () => {
    const mds = {
      host: 's1',
      address: '10.0.0.1',
      addresses: ['fd00::1', '10.0.0.2'],
      port: 65_535,
      priority: 5,
      weight: 0,
    }
    const options = { ttl: 60, service: '_x._udp', clustersRecord: 'names', address: '::1' }
    expect(transferred([{ name: 'A_b-9', mds: [mds], ttl: 7 }], options)).toEqual([
      soa(60),
      `${origin} 60 NS ns${d}`,
      `ns${d} 60 AAAA ::1`,
      `names${d} 7 TXT "A_b-9"`,
      `_x._udp.A_b-9${d} 7 SRV 5 0 65535 s1${d}`,
      `s1${d} 7 A 10.0.0.1`,
      `s1${d} 7 A 10.0.0.2`,
      `s1${d} 7 AAAA fd00::1`,
    ])
  })

  test('a host of two clusters has one set of addresses, with the lowest TTL', () => {
    const clusters = [
      { name: 'one', mds: [{ host: 's1', address: '10.0.0.1' }], ttl: 60 },
      {
        name: 'two',
        mds: [
          { host: 'S1', address: '10.0.0.1' },
          { host: 's1', port: 2511 },
        ],
      },
    ]
    const lines = transferred(clusters)
    expect(lines.filter((line) => / AA? | A /.test(line) && !line.startsWith('ns'))).toEqual([`s1${d} 60 A 10.0.0.1`])
    expect(lines).toContain(`pstorage_clusters${d} 60 TXT "one,two"`)
  })

  test('hosts that somebody else knows, and no service at all', () => {
    const clusters = [
      { name: 'one', mds: [{ host: 's1.example.org.' }, { host: 's2' }] },
      { name: 'two', mds: [{ host: '.', port: 1 }] },
      { name: 'three', mds: [] },
    ]
    expect(transferred(clusters).slice(3)).toEqual([
      `pstorage_clusters${d} 300 TXT "one,two,three"`,
      `_pstorage._tcp.one${d} 300 SRV 0 1 2510 s1.example.org`,
      `_pstorage._tcp.one${d} 300 SRV 0 1 2510 s2${d}`,
      `_pstorage._tcp.two${d} 300 SRV 0 1 1 .`,
    ])
  })

  test('a server on every address says that it is on loopback', () => {
    expect(transferred([], { address: '0.0.0.0' })[2]).toBe(`ns${d} 300 A 127.0.0.1`)
    expect(transferred([], { address: '::' })[2]).toBe(`ns${d} 300 AAAA ::1`)
  })
})

describe('the list of names', () => {
  const clustersOf = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => ({ name: String(index).padStart(length, 'c'), mds: [] }))
  const listed = (clusters: ClusterEntry[]) =>
    response(responderOf({ origin, clusters }), queryBytes(`pstorage_clusters${d}`, 'TXT'), tcpPeer)

  test.each([
    [4, 63, 1],
    [5, 63, 2],
    [1_000, 63, 250],
  ])('%i names of %i characters stand in %i strings, none cut', (count, length, strings) => {
    const clusters = clustersOf(count, length)
    const [record] = listed(clusters).answers
    if (record?.data.kind !== 'TXT') throw new Error('no TXT record')
    expect(record.data.strings).toHaveLength(strings)
    const names = record.data.strings.flatMap((string) => Buffer.from(string).toString().split(','))
    expect(names).toEqual(clusters.map(({ name }) => name))
  })

  test('names that no message can hold are not listed in part: they are found by transfer', () => {
    const clusters = clustersOf(2_000, 63)
    const message = listed(clusters)
    expect(message.header.rcode).toBe(3)
    expect(sectionsText(message).answers).toEqual([])
  })
})

describe('an inventory that cannot be published is refused', () => {
  const mds = (entry: object) => [{ name: 'one', mds: [{ address: '10.0.0.1', ...entry }] }]
  const rows: [name: string, clusters: unknown, options?: object][] = [
    ['no list', 'one'],
    ['a name with a dot', [{ name: 'a.b', mds: [] }]],
    ['a name that is an option', [{ name: '-h', mds: [] }]],
    ['an empty name', [{ name: '', mds: [] }]],
    ['a name of 64 characters', [{ name: 'x'.repeat(64), mds: [] }]],
    ['a name with a comma', [{ name: 'a,b', mds: [] }]],
    ['a name with a newline at its end', [{ name: 'a\n', mds: [] }]],
    ['a name that is no text', [{ name: 7, mds: [] }]],
    [
      'the same name in another case',
      [
        { name: 'a', mds: [] },
        { name: 'A', mds: [] },
      ],
    ],
    ['no list of metadata servers', [{ name: 'a' }]],
    ['neither address nor host', [{ name: 'a', mds: [{}] }]],
    ['no IP address', mds({ address: 'localhost' })],
    ['an address with a port', mds({ address: '10.0.0.1:2510' })],
    ['an address with a zone', mds({ address: 'fe80::1%lo' })],
    ['an address that is no text', mds({ address: 7 })],
    ['a second address that is none', mds({ addresses: ['10.0.0.300'] })],
    ['an IP address as a host', mds({ host: '10.0.0.1' })],
    ['an IPv6 address as a host', mds({ host: 'fd00::1' })],
    ['a host with an empty label', mds({ host: 'a..b' })],
    ['an address of a host outside', mds({ host: 'a.example.org.' })],
    ['an address of no host', mds({ host: '.' })],
    [
      'one host with different addresses',
      [
        { name: 'a', mds: [{ host: 'h', address: '10.0.0.1' }] },
        { name: 'b', mds: [{ host: 'H', address: '10.0.0.2' }] },
      ],
    ],
    ['port 0', mds({ port: 0 })],
    ['port 65536', mds({ port: 65_536 })],
    ['a port as text', mds({ port: '2510' })],
    ['a negative priority', mds({ priority: -1 })],
    ['half a weight', mds({ weight: 0.5 })],
    ['a negative TTL', [{ name: 'a', mds: [], ttl: -1 }]],
    ['a TTL above 2^31-1', [{ name: 'a', mds: [], ttl: 2 ** 31 }]],
    ['a service outside the origin', mds({}), { service: '_x._tcp.a.' }],
    ['an empty service', mds({}), { service: '' }],
    ['a clustersRecord outside the origin', mds({}), { clustersRecord: 'a.example.' }],
  ]
  test.each(rows)('%s', (_name, clusters, options = {}) => {
    const make = () => responderOf({ origin, clusters: clusters as ClusterEntry[], ...options })
    expect(make).toThrow(expect.objectContaining({ name: 'NameServerError', code: 'ERR_OPTION_INVALID' }))
  })
})

describe('options that cannot work are refused', () => {
  const rows: [name: string, options: object][] = [
    ['neither clusters nor zone', { clusters: undefined }],
    ['both', { zone: '' }],
    ['no origin', { origin: undefined }],
    ['an empty origin', { origin: '' }],
    ['an origin with an empty label', { origin: 'a..b' }],
    ['a host name as address', { address: 'localhost' }],
    ['a negative port', { port: -1 }],
    ['port 65536', { port: 65_536 }],
    ['a TTL that is no number', { ttl: '300' }],
    ['a payload below 512', { udpPayloadSize: 511 }],
    ['a payload that no datagram has', { udpPayloadSize: 65_508 }],
    ['no time at all', { idleTimeout: 0 }],
    ['an endless time', { idleTimeout: Number.POSITIVE_INFINITY }],
    ['no connections', { maxConnections: 0 }],
    ['an observer that cannot be called', { onQuery: 'log' }],
    ['a service that is no text', { service: 1 }],
  ]
  test.each(rows)('%s', (_name, options) => {
    const make = () => responderOf({ origin, clusters: [], ...options } as Parameters<typeof responderOf>[0])
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})
