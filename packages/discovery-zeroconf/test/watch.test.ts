import {
  type ClusterWatchEvent,
  type EndpointWatchEvent,
  formatEndpoint,
  seededRandom,
  watch,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type Scene, simulatedResolver } from './answered.js'
import { multicastResponse } from './multicast-response.js'
import { packetRecords, servicePacket } from './service-packets.js'
import { networkInterface } from './simulated-medium.js'

const mds1 = { instance: 'mds1', txt: ['cluster=alpha'] }
const mds2 = { instance: 'mds2', txt: ['cluster=alpha'], host: 'mds2.local', addresses: ['192.0.2.22'] }
const both = servicePacket(mds1, mds2)

/** As Avahi gives them, in seconds. */
const LIFETIMES: Readonly<Record<string, number>> = { PTR: 4_500, TXT: 4_500, SRV: 120, A: 120 }

const eth0 = networkInterface('eth0', '192.0.2.10', { index: 2 })
const eth1 = networkInterface('eth1', '198.51.100.10', { index: 3 })
const PLACES: Readonly<Record<string, string>> = {
  '192.0.2.21:2510': 'A',
  '192.0.2.22:2510': 'B',
  '192.0.2.23:2510': 'C',
}

/** Watches a cluster, or with `null` the names, by the watch of core, and says what came when. */
async function watched({
  cluster = 'alpha',
  ...scene
}: Scene & { readonly for: number; readonly cluster?: string | null }) {
  const { clock, resolver } = simulatedResolver(scene)
  const watching = watch(resolver, cluster ?? undefined, { clock, random: seededRandom(1) })
  const lines: string[] = []
  const reading = (async () => {
    for await (const event of watching) lines.push(`${(clock.now() / 1_000).toFixed(1)} ${shown(event)}`)
  })()
  await clock.advance(scene.for)
  await watching[Symbol.asyncDispose]()
  await reading
  expect(clock.sleepers).toBe(0)
  return lines
}

function shown(event: EndpointWatchEvent | ClusterWatchEvent): string {
  const isChange = event.type === 'added' || event.type === 'updated' || event.type === 'removed'
  const items = isChange ? [event] : 'endpoints' in event ? event.endpoints : event.clusters
  const names = items.map((item) =>
    'name' in item ? item.name : (PLACES[formatEndpoint(item)] ?? formatEndpoint(item)),
  )
  return [event.type, names.toSorted().join(''), event.outcome].filter((part) => part !== '').join(' ')
}

const flood: Scene['incoming'] = [
  [200, servicePacket(mds1)],
  ...Array.from({ length: 40 }, (_, index) => [20_000, stranger(index)] as const),
]

type Row = readonly [what: string, scene: Omit<Scene, 'clock'> & { readonly for: number }, expected: readonly string[]]

const rows: readonly Row[] = [
  [
    'one that comes later',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [20_000, servicePacket(mds2)],
      ],
      for: 60_000,
    },
    ['1.6 snapshot A found', '20.1 added B found'],
  ],
  [
    'MD-12 one of two that says goodbye',
    {
      incoming: [
        [200, both],
        [20_000, servicePacket({ ...mds2, ttl: 0 })],
      ],
      for: 60_000,
    },
    ['1.6 snapshot AB found', '21.1 removed B found'],
  ],
  [
    'MD-12 the last one that says goodbye, which leaves no absence',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [20_000, servicePacket({ ...mds1, ttl: 0 })],
      ],
      for: 60_000,
    },
    ['1.6 snapshot A found', '21.1 removed A undetermined'],
  ],
  [
    'MD-12 one that says goodbye and comes back',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [20_000, servicePacket({ ...mds1, ttl: 0 })],
        [30_000, servicePacket(mds1)],
      ],
      for: 60_000,
    },
    ['1.6 snapshot A found', '21.1 removed A undetermined', '30.1 added A found'],
  ],
  [
    'MD-14 one that dies without a word, by the TTL that Avahi gives',
    { incoming: [[200, servicePacket(mds1)]], for: 300_000 },
    ['1.6 snapshot A found', '120.3 removed A undetermined'],
  ],
  [
    'MD-14 one that dies while its list lives on for 75 minutes',
    {
      incoming: [
        [
          200,
          multicastResponse(packetRecords(mds1).map((record) => ({ ...record, ttl: LIFETIMES[record.type] ?? 120 }))),
        ],
      ],
      for: 300_000,
    },
    ['1.6 snapshot A found', '120.3 removed A known'],
  ],
  [
    'MD-10 another address, which is added before the old one is removed',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [20_000, servicePacket({ ...mds1, addresses: ['192.0.2.23'] })],
      ],
      for: 60_000,
    },
    ['1.6 snapshot A found', '20.1 added C found', '21.1 removed A found'],
  ],
  [
    'another host name',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [20_000, servicePacket({ ...mds1, host: 'new.local' })],
      ],
      for: 60_000,
    },
    ['1.6 snapshot A found', '21.1 updated A found'],
  ],
  [
    'a goodbye on one link beside a silent one',
    {
      interfaces: [eth0, eth1],
      incoming: [
        [200, both, undefined, 'eth0'],
        [20_000, servicePacket({ ...mds2, ttl: 0 }), undefined, 'eth0'],
        [40_000, servicePacket({ ...mds1, ttl: 0 }), undefined, 'eth0'],
      ],
      for: 60_000,
    },
    ['1.6 snapshot AB found', '21.1 removed B found', '41.1 removed A undetermined'],
  ],
  [
    'MD-18 a flood that fills the room',
    { options: { limits: { records: 12 } }, incoming: flood, for: 60_000 },
    ['1.6 snapshot A found'],
  ],
  [
    'MD-18 a flood that leaves no room for the last one: who was pushed out has not said goodbye',
    { options: { limits: { records: 4 } }, incoming: flood, for: 60_000 },
    ['1.6 snapshot A found', '21.7 stale A found'],
  ],
  [
    'MD-32 without the shared port, where no host can be received leaving',
    { refusal: new Error('taken'), incoming: [[200, servicePacket(mds1)]], for: 150_000 },
    ['1.6 snapshot A found', '121.9 stale A found'],
  ],
  [
    'D6 a firewall that drops all from some time on: no host has left',
    {
      faultAt: (now) => (now > 60_000 ? new Error('nothing comes back') : undefined),
      incoming: [[200, servicePacket(mds1)]],
      for: 150_000,
    },
    ['1.6 snapshot A found', '120.3 stale A found'],
  ],
  [
    'a process that is busy beyond the life of all records: they are queried again before anybody is gone',
    {
      incoming: [
        [200, servicePacket(mds1)],
        [200_050, servicePacket(mds1)],
      ],
      busy: { from: 10_000, to: 200_000 },
      for: 210_000,
    },
    ['1.6 snapshot A found'],
  ],
  [
    'a process that is busy beyond the life of all records, while a host is gone',
    { incoming: [[200, servicePacket(mds1)]], busy: { from: 10_000, to: 200_000 }, for: 210_000 },
    ['1.6 snapshot A found', '201.6 removed A undetermined'],
  ],
  [
    'MD-33 a link that is gone, and comes back: no host has said goodbye',
    {
      interfacesAt: (now) => (now > 20_000 && now < 30_000 ? [] : [eth0]),
      incoming: [[200, servicePacket(mds1)]],
      for: 45_000,
    },
    ['1.6 snapshot A found', '22.1 stale A found', '31.6 recovered A found'],
  ],
]

/** An instance of another cluster. */
function stranger(index: number): Uint8Array {
  return servicePacket({
    instance: `x${index}`,
    txt: ['cluster=beta'],
    host: `x${index}.local`,
    addresses: ['192.0.2.99'],
  })
}

describe('the watch of core over multicast', () => {
  it.each(rows)('%s', async (_, scene, expected) => {
    expect(await watched(scene)).toEqual(expected)
  })

  it('MD-12 the name of a cluster goes with its last MDS', async () => {
    const incoming: Scene['incoming'] = [
      [200, both],
      [20_000, servicePacket({ ...mds2, ttl: 0 })],
      [40_000, servicePacket({ ...mds1, ttl: 0 })],
    ]
    const lines = await watched({ incoming, cluster: null, for: 60_000 })
    expect(lines).toEqual(['1.3 snapshot alpha found', '41.1 removed alpha undetermined'])
  })
})
