import type { Finding, Remedy } from '@pstorage/discovery-core/checks'
import { type Name, nameFromText, nameToText } from '@pstorage/dns-message'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { hostileWords, quotingFaults } from '@pstorage/testbed'
import type { ServerFacts } from '../../src/checks/servers/server-facts.js'
import { checkTransports } from '../../src/checks/servers/server-transports.js'
import { checkDomains, checkSerials, checkServerZones } from '../../src/checks/servers/server-zones.js'
import { checkResolvConf, checkSearchList } from '../../src/checks/settings/resolv-conf.js'
import type { KeyFacts } from '../../src/checks/transfers/transfer-facts.js'
import { checkTransfers } from '../../src/checks/transfers/transfers.js'
import { checkSrvHosts } from '../../src/checks/zone/srv-hosts.js'
import { readWrittenZone } from '../../src/checks/zone/written-zone.js'
import { checkZoneFacts } from '../../src/checks/zone/zone-checks.js'
import type { HostFacts, WrittenRecord } from '../../src/checks/zone/zone-facts.js'
import { readDomain } from '../../src/config/domain-name.js'
import { parseNameServer } from '../../src/config/name-server.js'
import { TsigKey } from '../../src/config/tsig-key.js'
import { zoneLineFault } from './zone-line-fault.js'

const server = parseNameServer('192.0.2.1')
const other = parseNameServer('192.0.2.2')
const zone = nameFromText('pstorage.test')
const secret = 'c2VjcmV0IG9mIHRoZSB0ZXN0IGFsb25l'
const model = 'placeholder'

/** A place where a text from outside gets into remedies: makes them; `undefined` for a text that cannot get there. */
type Place = (word: string) => { readonly word: string; readonly findings: Iterable<Finding> } | undefined

const places = {
  'path of resolv.conf': (word) => {
    const file = { path: `/etc/${word}`, text: undefined, forServers: true, forDomains: true }
    const findings = ['EACCES', 'ECHANGING'].flatMap((code) => [
      ...checkResolvConf({ ...file, fault: { code, message: word } }),
    ])
    return { word, findings }
  },
  'path of a key': (word) => ({ word, findings: keyFindings('key', `/keys/${word}`) }),
  'name of a key': (word) => {
    const name = keyName(word)
    return name === undefined ? undefined : { word: name, findings: keyFindings(name, '/keys/key') }
  },
  domain: (word) => {
    const read = readDomain(word)
    return 'name' in read ? { word: nameToText(read.name), findings: domainFindings(read.name) } : undefined
  },
  'records of a zone': (word) => ({ word: labelOf(word), findings: zoneFindings(word) }),
  'lines of resolv.conf': (word) => ({ word, findings: lineFindings(word) }),
} satisfies Readonly<Record<string, Place>>
const names = Object.keys(places) as [keyof typeof places, ...(keyof typeof places)[]]
/** The second word is one that settings cannot hold, which are others then. */
const models = new Map(
  names.map((name) => [name, [model, "'\n"].flatMap((word) => remediesOf(places[name](word)?.findings ?? []))]),
)
const starts = ['k', 'a.test', 'a b', 'nameserver 192.0.2.1', 'serach a.test b.test', 'mds-1', '..', 'x"y'] as const

/** Any text wherever remedies for DNS quote one: as one word of a command, as a plain name in settings, or escaped in records. */
export const target: FuzzTarget = {
  name: 'dns-remedies',
  // Some run in shells.
  time: 1_000,
  inputs: (random) => () =>
    Buffer.from(`${random.below(names.length)}${mutateText(random.pick(starts), random, hostileWords)}`),
  check(input) {
    const name = names[(input[0] ?? 0) - 0x30] ?? names[0]
    // No path has these; `..` in one would be another path.
    const text = Buffer.from(input.subarray(1)).toString('utf8').replace(/[/\0]/g, '')
    const made = text === '' || text === '.' || text === '..' ? undefined : places[name](text)
    if (made === undefined) return false
    const { word } = made
    const remedies = remediesOf(made.findings)
    const isRun = input.length % 32 === 0
    const [fault = remedies.flatMap(lineFaults)[0]] = quotingFaults(remedies, {
      word,
      model,
      models: models.get(name) ?? [],
      isRun,
    })
    if (fault !== undefined) throw new TypeError(`${name}: ${fault}`)
    return remedies.length > 0
  },
}

function remediesOf(findings: Iterable<Finding>): readonly Remedy[] {
  return [...findings].filter(({ level }) => level !== 'ok').flatMap(({ remedies }) => remedies)
}

/** Says what is wrong with lines for a zone or for resolv.conf. */
function lineFaults({ kind, text, replaces }: Remedy): readonly string[] {
  if (kind === 'zone') return `${text}\n${replaces ?? ''}`.split('\n').flatMap((line) => zoneLineFault(line) ?? [])
  if (kind !== 'resolv.conf') return []
  const line = /^(?:nameserver (?:<ADDRESS>|[0-9A-Za-z:.%_-]+)|search <DOMAIN>|search(?: [A-Za-z0-9_.-]+)+)?$/
  return text
    .split('\n')
    .flatMap((each) => (line.test(each) ? [] : [`not a line of resolv.conf: ${JSON.stringify(each)}`]))
}

function keyName(text: string): string | undefined {
  try {
    return new TsigKey({ name: text, algorithm: 'hmac-sha256', secret }).name
  } catch {
    // Not a name.
    return undefined
  }
}

function keyFindings(name: string, path: string): readonly Finding[] {
  const key: KeyFacts = {
    kind: 'key',
    key: new TsigKey({ name, algorithm: 'hmac-sha256', secret }),
    file: path,
    readable: true,
  }
  const failed: KeyFacts = { kind: 'failed', file: path, message: path }
  const mode = { axfr: 'auto', namesByTxt: false } as const
  const facts = { apex: zone, records: undefined, server: undefined }
  return [key, failed].flatMap((each) =>
    ['BADKEY', 'BADSIG', 'BADTIME', 'REFUSED', undefined].flatMap((code) => {
      const fault = code === undefined ? undefined : ({ server, status: 'refused', code, reason: path } as const)
      const attempts = [
        { server, plain: undefined, signed: fault, ownAddress: '192.0.2.9' },
        { server, plain: fault, signed: fault, ownAddress: '192.0.2.9' },
      ]
      return attempts.flatMap((attempt) => [...checkTransfers({ ...facts, key: each, attempts: [attempt] }, mode)])
    }),
  )
}

function domainFindings(domain: Name): readonly Finding[] {
  const facts = (code: string | undefined, serial: number, from = server): ServerFacts => ({
    server: from,
    zones: [
      {
        domain,
        apex: domain,
        serial: code === undefined ? serial : undefined,
        isAbsent: code === 'NXDOMAIN',
        fault: code === undefined ? undefined : { server: from, status: 'failed', code, reason: 'failed' },
      },
    ],
    transports: [
      { transport: 'UDP', elapsed: undefined, fault: undefined },
      { transport: 'TCP', elapsed: undefined, fault: undefined },
    ],
  })
  return [
    ...['REFUSED', 'SERVFAIL', 'LAME', 'NXDOMAIN'].flatMap((code) => [
      ...checkServerZones([facts(code, 1)], undefined),
      ...checkDomains([facts(code, 1)]),
      ...checkTransports([facts(code, 1)], undefined),
    ]),
    ...checkSerials([facts(undefined, 1), facts(undefined, 2, other)]),
  ]
}

/** The octets that a label can hold. */
function labelOf(word: string): string {
  return Buffer.from(word).subarray(0, 60).toString('latin1')
}

/** The records of a zone whose owner has put a text into every label and string. */
function zoneFindings(word: string): readonly Finding[] {
  const octets = Buffer.from(word)
  const label = labelOf(word)
  const srv = (target: Name) => ({ kind: 'SRV', priority: 0, weight: 1, port: 2510, target }) as const
  const owner = (cluster: string): Name => ['_pstorage', '_tcp', cluster, ...zone]
  const record = (name: Name, data: WrittenRecord['data']): WrittenRecord => ({ name, ttl: 300, data })
  const list = ['pstorage_clusters', ...zone]
  const strings = [octets.subarray(0, 255), Buffer.from(`a,${word},a`).subarray(0, 255)]
  const records = [
    record(list, { kind: 'TXT', strings }),
    record(['*', ...zone], { kind: 'TXT', strings }),
    record(owner('a'), srv([label, ...zone])),
    record(owner('a'), srv([label, ...zone, ...zone])),
    record(owner('a'), srv([label, 'com'])),
    record(owner('b'), { ...srv([`alias-${label}`.slice(0, 63), ...zone]), port: 0 }),
    record([`alias-${label}`.slice(0, 63), ...zone], { kind: 'CNAME', target: ['h', label, ...zone] }),
    record(['h', label, ...zone], { kind: 'A', address: '192.0.2.1' }),
    record(owner(label), srv(['h', ...zone])),
  ]
  const scope = { domain: zone, apex: zone, origin: 'a test', wanted: undefined }
  const facts = readWrittenZone(records, {
    ...scope,
    service: nameFromText('_pstorage._tcp'),
    clustersRecord: nameFromText('pstorage_clusters'),
  })
  const withheld = [...facts.hosts].map(([key, { host }]): readonly [string, HostFacts] => {
    return [key, { host, addresses: { kind: 'unknown', why: 'withheld', isFiltered: true } }]
  })
  const lost = withheld.map(([key, { host }]): readonly [string, HostFacts] => {
    return [key, { host, addresses: { kind: 'none', why: 'NXDOMAIN' } }]
  })
  return [
    ...checkZoneFacts(facts, true),
    ...checkSrvHosts({ ...facts, hosts: new Map(withheld) }),
    ...checkSrvHosts({ ...facts, hosts: new Map(lost) }),
  ]
}

/** A resolv.conf with a text in every place. */
function lineFindings(word: string): readonly Finding[] {
  const texts = [
    word,
    `nameserver ${word}`,
    `nameserver=${word}`,
    `search ${word}`,
    `search a.test ${word}`,
    `serach ${word}`,
  ]
  return texts.flatMap((text) => {
    const file = { path: '/etc/resolv.conf', text, fault: undefined, forServers: true, forDomains: true }
    return [
      ...checkResolvConf(file),
      ...checkResolvConf({ ...file, text: `${text}\nnameserver 192.0.2.1\n` }),
      ...checkSearchList(file, []),
      ...checkSearchList(file, [zone]),
    ]
  })
}
