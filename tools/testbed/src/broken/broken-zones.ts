import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { pasteLines } from '../remedy/paste.js'
import { zoneSnapshot } from '../remedy/snapshot.js'
import type { BrokenPlace, BrokenSetup } from './broken-setup.js'
import { listeningMds } from './listening-mds.js'

/** The domain of all set-ups. */
export const brokenDomain = 'pstorage.test'

/** A zone with one cluster in which nothing is wrong, a record a line, with whole names. */
export function goodZoneLines(port: number): readonly string[] {
  return [
    'pstorage.test. 3600 IN SOA ns.pstorage.test. host.pstorage.test. 1 18000 600 86400 10800',
    'pstorage.test. 3600 IN NS ns.pstorage.test.',
    'ns.pstorage.test. 3600 IN A 127.0.0.1',
    'pstorage_clusters.pstorage.test. 3600 IN TXT "c1"',
    `_pstorage._tcp.c1.pstorage.test. 3600 IN SRV 0 1 ${port} s1.pstorage.test.`,
    's1.pstorage.test. 3600 IN A 127.0.0.1',
  ]
}

type Break = (lines: readonly string[], port: number) => readonly string[]

interface ZoneRow extends Pick<BrokenSetup, 'id' | 'about' | 'fault' | 'level'> {
  readonly isFixed?: false
  readonly broken: Break
}

const replacing =
  (pattern: RegExp, by: string): Break =>
  (lines) =>
    lines.map((line) => line.replace(pattern, by))

const adding =
  (...more: readonly string[]): Break =>
  (lines, port) => [...lines, ...more.map((line) => line.replace('PORT', String(port)))]

const c2 = '_pstorage._tcp.c2.pstorage.test. 3600 IN SRV 0 1 PORT s1.pstorage.test.'

const rows: readonly ZoneRow[] = [
  {
    id: 'zone-minus',
    about: 'a name was pasted from the manual page, with U+2212 instead of a minus',
    fault: 'dns-txt-minus',
    level: 'error',
    broken: adding('pstorage_clusters.pstorage.test. 3600 IN TXT "my\\226\\136\\146c"', c2.replace('c2', 'my-c')),
  },
  {
    id: 'zone-text',
    about: 'something else is said in the record with the names',
    fault: 'dns-txt-names',
    broken: replacing(/"c1"/, '"c1" "v=spf1 -all"'),
  },
  {
    id: 'zone-name-twice',
    about: 'a name is listed twice, as in the manual page',
    fault: 'dns-txt-duplicates',
    level: 'notice',
    broken: adding('pstorage_clusters.pstorage.test. 3600 IN TXT "c1,c2"', c2),
  },
  {
    id: 'zone-letter-case',
    about: 'a name is listed in two spellings',
    fault: 'dns-txt-case',
    broken: replacing(/"c1"/, '"c1,C1"'),
  },
  {
    id: 'zone-full-string',
    about: 'a string of 255 octets may have cut its last name',
    fault: 'dns-txt-full',
    broken: (lines, port) => {
      const names = Array.from({ length: 64 }, (_, index) => `d${String(index).padStart(2, '0')}`)
      const services = names.map((name) => c2.replace('c2', name).replace('PORT', String(port)))
      return [...lines.map((line) => line.replace('"c1"', `"${names.join(',')}" "c1"`)), ...services]
    },
  },
  {
    id: 'zone-without-txt',
    about: 'no record lists the names',
    fault: 'dns-txt-present',
    broken: (lines) => lines.filter((line) => !line.startsWith('pstorage_clusters')),
  },
  {
    id: 'zone-unlisted',
    about: 'a cluster has servers and is not listed',
    fault: 'dns-txt-complete',
    broken: adding(c2),
  },
  {
    id: 'zone-port-0',
    about: 'the port of a server is 0',
    fault: 'dns-srv-port',
    level: 'error',
    broken: adding('_pstorage._tcp.c1.pstorage.test. 3600 IN SRV 1 1 0 s1.pstorage.test.'),
  },
  {
    id: 'zone-fields-out-of-order',
    about: 'the port of a server stands in front of its priority and weight',
    fault: 'dns-srv-order',
    broken: (lines, port) => replacing(/SRV 0 1 \d+/, `SRV ${port} 0 100`)(lines, port),
  },
  {
    id: 'zone-address-as-target',
    about: 'an address stands where a host name belongs',
    fault: 'dns-srv-target',
    broken: replacing(/ s1\.pstorage\.test\.$/, ' 127.0.0.1.'),
  },
  {
    id: 'zone-target-without-dot',
    about: 'a target lacks its dot at the end, so that the zone stands in it twice',
    fault: 'dns-host-address',
    broken: adding('_pstorage._tcp.c1.pstorage.test. 3600 IN SRV 1 1 PORT s1.pstorage.test.pstorage.test.'),
  },
  {
    id: 'zone-ninety-names',
    about: 'one of ninety names in a record has U+2212 instead of a minus',
    fault: 'dns-txt-minus',
    level: 'error',
    broken: (lines, port) => {
      const names = Array.from({ length: 90 }, (_, index) => `storage-cluster-${index}`)
      const services = names.map((name) => c2.replace('c2', name).replace('PORT', String(port)))
      const strings = [...names.slice(1), `storage\\226\\136\\146cluster-0`].map((name) => `"${name}"`).join(' ')
      return [...lines.map((line) => line.replace('"c1"', `"c1" ${strings}`)), ...services]
    },
  },
  {
    id: 'zone-alias',
    about: 'the target is an alias',
    fault: 'dns-host-alias',
    broken: (lines) => [
      ...replacing(/(SRV .*) s1\./, '$1 alias.')(lines, 0),
      'alias.pstorage.test. 3600 IN CNAME s1.pstorage.test.',
    ],
  },
  {
    id: 'zone-ttl-0',
    about: 'the addresses may not be cached',
    fault: 'dns-ttl',
    broken: replacing(/3600 IN SRV/, '0 IN SRV'),
  },
  {
    id: 'zone-ttl-a-week',
    about: 'the list of names is kept for a week',
    fault: 'dns-ttl',
    level: 'notice',
    broken: replacing(/3600 IN TXT/, '604800 IN TXT'),
  },
  {
    id: 'zone-srv-wildcard',
    about: 'a wildcard gives servers to clusters that do not exist',
    fault: 'dns-wildcard',
    broken: adding('*.pstorage.test. 3600 IN SRV 0 1 PORT s1.pstorage.test.'),
  },
  {
    id: 'zone-txt-wildcard',
    about: 'a wildcard gives a text to every name',
    fault: 'dns-wildcard',
    broken: adding('*.pstorage.test. 3600 IN TXT "v=spf1 -all"'),
  },
  {
    id: 'zone-listed-alone',
    about: 'a cluster is listed and has no servers',
    fault: 'dns-srv-present',
    isFixed: false,
    broken: replacing(/"c1"/, '"c1,c2"'),
  },
  {
    id: 'zone-host-without-address',
    about: 'a server has no address',
    fault: 'dns-host-address',
    isFixed: false,
    broken: adding('_pstorage._tcp.c1.pstorage.test. 3600 IN SRV 0 1 2510 s2.pstorage.test.'),
  },
  {
    id: 'zone-multicast-address',
    about: 'the address of a server is a multicast one',
    fault: 'dns-host-usable',
    level: 'error',
    isFixed: false,
    broken: adding(
      '_pstorage._tcp.c1.pstorage.test. 3600 IN SRV 0 1 2510 s2.pstorage.test.',
      's2.pstorage.test. 3600 IN A 224.0.0.9',
    ),
  },
  {
    id: 'zone-service-off',
    about: 'the record of a cluster says that the service is not available',
    fault: 'dns-srv-target',
    level: 'notice',
    isFixed: false,
    broken: replacing(/SRV .*/, 'SRV 0 0 0 .'),
  },
]

/** Zones with a fault, each served by the embedded name server. */
export const brokenZones: readonly BrokenSetup[] = rows.map(({ isFixed, broken, ...row }) => ({
  ...row,
  ...(isFixed !== false && { fixedBy: 'in the zone ' }),
  start: () => startZone(broken),
}))

async function startZone(broken: Break): Promise<BrokenPlace> {
  const mds = await listeningMds()
  let lines = broken(goodZoneLines(mds.port), mds.port)
  const server = await clusterNameServer({ origin: brokenDomain, zone: lines.join('\n') })
  return {
    arguments: ['--backend', 'dns', '--server', `${server.address}:${server.port}`, '--domain', brokenDomain],
    async applyRemedy(remedy) {
      lines = pasteLines(lines, remedy)
      server.update({ zone: lines.join('\n') })
    },
    snapshot: async () => zoneSnapshot(lines),
    async [Symbol.asyncDispose]() {
      await server.close()
      await mds[Symbol.asyncDispose]()
    },
  }
}
