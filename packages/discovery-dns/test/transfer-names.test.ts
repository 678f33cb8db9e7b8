import {
  nameToWire,
  RecordClass,
  type RecordData,
  RecordType,
  type ResourceRecord,
  scanMessage,
} from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { encode } from '../../dns-message/test/encode.js'
import { TransferNames } from '../src/transfer/names/transfer-names.js'
import { a, cname, message, name, ns, record, scanned, srv } from './records.js'

interface Row {
  readonly id: string
  readonly what: string
  readonly owners: readonly string[]
  /** Default: the zone. */
  readonly domain?: string
  readonly names?: readonly string[]
  readonly warnings?: readonly string[]
  readonly foreign?: number
}

const zone = 'pstorage.test'
const owned = (...labels: readonly string[]) => labels.map((label) => `_pstorage._tcp.${label}.${zone}`)

const rows: readonly Row[] = [
  { id: 'AX-9', what: 'owners of another zone', owners: ['_pstorage._tcp.x.other.test'], foreign: 1 },
  {
    id: 'AX-9',
    what: 'owners of the parent zone',
    owners: ['_pstorage._tcp.x.test', '_pstorage._tcp.test'],
    foreign: 2,
  },
  {
    id: 'AX-9',
    what: 'a zone with the same end of its text',
    owners: ['_pstorage._tcp.x.evilpstorage.test', '_pstorage._tcp.evilpstorage.test'],
    foreign: 2,
  },
  {
    id: 'AX-9',
    what: 'owners of another zone between those of ours',
    owners: [...owned('a'), '_pstorage._tcp.x.other.test', '_pstorage._tcp.y.other.test', ...owned('b')],
    names: ['a', 'b'],
    foreign: 2,
  },
  { id: 'AX-9', what: 'a label with a dot is one label', owners: ['_pstorage._tcp.x\\.pstorage.test'], foreign: 1 },
  {
    id: 'AX-14',
    what: 'owners in mixed case, the first spelling is shown',
    owners: ['_PSTORAGE._tcp.Alpha.PStorage.test', '_pstorage._TCP.alpha.pstorage.test', ...owned('beta')],
    names: ['Alpha', 'beta'],
  },
  {
    id: 'AX-15',
    what: 'the same owner 100,000 times',
    owners: Array<string>(100_000).fill(owned('alpha').join()),
    names: ['alpha'],
  },
  { id: 'AX-16', what: 'no cluster label', owners: [`_pstorage._tcp.${zone}`] },
  { id: 'AX-16', what: 'two labels', owners: owned('a.b') },
  {
    id: 'AX-16',
    what: 'another service or transport',
    owners: [`_other._tcp.a.${zone}`, `_pstorage._udp.a.${zone}`, `_pstorage.a.${zone}`],
  },
  {
    id: 'AX-16',
    what: 'a search domain below the zone has its own names',
    owners: owned('a.sub', 'b', 'sub'),
    domain: `Sub.${zone}`,
    names: ['a'],
  },
  {
    id: 'AX-17',
    what: 'a wildcard as the cluster',
    owners: owned('*', 'a'),
    names: ['a'],
    warnings: ['axfr-wildcard'],
  },
  {
    id: 'AX-17',
    what: 'a wildcard above',
    owners: [`*._tcp.${zone}`, `*.${zone}`],
    warnings: ['axfr-wildcard', 'axfr-wildcard'],
  },
  { id: 'AX-17', what: 'a wildcard of another domain', owners: [`*.${zone}`], domain: `sub.${zone}` },
  {
    id: 'TXT-6',
    what: 'labels that are no cluster name',
    owners: owned('a\\.b', '\\027[2J', 'a\\000b', 'a\\032b', '\\195\\164'),
    warnings: Array<string>(5).fill('axfr-name-invalid'),
  },
  {
    id: 'TXT-6',
    what: 'what a command line would take for options',
    owners: owned('-h', '--version', '-cprod', 'good-'),
    names: ['good-'],
    warnings: Array<string>(3).fill('axfr-name-invalid'),
  },
  { id: 'TXT-11', what: 'an A-label', owners: owned('xn--80ak6aa92e'), names: ['xn--80ak6aa92e'] },
]

function collect(records: readonly ResourceRecord[], domain = zone): TransferNames {
  const names = new TransferNames({ apex: name(zone), service: name('_pstorage._tcp'), domain: name(domain) })
  for (let first = 0; first < records.length; first += 500) {
    const scan = scanned(message(zone, RecordType.AXFR, { answers: records.slice(first, first + 500) }))
    for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
  }
  return names
}

describe('TransferNames', () => {
  it.each(rows)('$id: $what', ({ owners, domain, names = [], warnings = [], foreign = 0 }) => {
    const found = collect(
      owners.map((owner) => record(owner, srv(`h1.${zone}`))),
      domain,
    )
    expect([...found.names].flatMap(({ names }) => names)).toEqual(names)
    expect(found.count).toBe(names.length)
    expect(found.warnings.map(({ code }) => code)).toEqual(warnings)
    expect(found.foreign).toBe(foreign)
  })

  it('AX-9: takes what points to the domain in one message for nothing else in the next', () => {
    const names = new TransferNames({ apex: name(zone), service: name('_pstorage._tcp'), domain: name(zone) })
    for (const asked of [zone, 'elsewhere.test']) {
      const answers = ['a', 'b'].map((label) => record(`_pstorage._tcp.${label}.${asked}`, srv('h1.test')))
      const scan = scanned(message(asked, RecordType.AXFR, { answers }))
      for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
    }
    expect([...names.names].flatMap((run) => run.names)).toEqual(['a', 'b'])
    expect(names.foreign).toBe(2)
  })

  it('AX-9: tells domains apart that begin alike, also where no pointer leads to them', () => {
    const answers = [zone, 'pschenge.test'].map((domain) => record(`_pstorage._tcp.a.${domain}`, srv('h1.test')))
    const names = new TransferNames({ apex: name(zone), service: name('_pstorage._tcp'), domain: name(zone) })
    const scan = scanMessage(encode(message(zone, RecordType.AXFR, { answers })))
    for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
    expect([names.count, names.foreign]).toEqual([1, 1])
  })

  it('AX-16: takes no root for the name of a cluster, where that is the domain', () => {
    const names = new TransferNames({ apex: [], service: name('_pstorage._tcp'), domain: [] })
    const answers = ['_pstorage._tcp.a.', '_pstorage._tcp.'].map((owner) => record(owner, srv('h1.test')))
    const scan = scanned(message('.', RecordType.AXFR, { answers }))
    for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
    expect([...names.names].flatMap((run) => run.names)).toEqual(['a'])
    expect(names.count).toBe(1)
  })

  it('looks at SRV records of the class IN only', () => {
    const [owner = ''] = owned('a')
    const others = [record(owner, a('192.0.2.1')), record(owner, srv('h1.test'), { class: RecordClass.CH })]
    expect([...collect(others).names]).toEqual([])
  })

  it('takes the owner of a CNAME record for a cluster, with its TTL', () => {
    const [alpha = '', beta = '', invalid = ''] = owned('Alpha', 'beta', 'a\\.b')
    const found = collect([
      record(alpha, cname('elsewhere.test'), { ttl: 60 }),
      record(invalid, cname('elsewhere.test')),
      record('www.pstorage.test', cname('elsewhere.test')),
      record('_pstorage._tcp.x.other.test', cname('elsewhere.test')),
      record(beta, srv('h1.test')),
    ])
    expect([...found.names]).toEqual([
      { ttl: 60, names: ['Alpha'] },
      { ttl: 300, names: ['beta'] },
    ])
    expect(found.warnings.map(({ code }) => code)).toEqual(['axfr-name-invalid'])
    expect([found.foreign, found.fault]).toEqual([0, undefined])
  })

  it('SEC-2: counts the octets of each name, and 96 more', () => {
    const found = collect(owned('abc', 'de', 'ABC', 'f').map((owner) => record(owner, srv('h1.test'))))
    expect(found.memory).toBe(3 * 96 + 6)
    expect(found.finishSome()).toBe(false)
  })

  it.each(['', '*.'])(
    'SEC-1: looks only at the number of labels of an owner that has too many of them: %s',
    (front) => {
      const deep = `${front}${'a.'.repeat(110)}`
      const records = [
        record(`${deep}${zone}`, srv('h1.test')),
        record(`${deep}${zone}`, cname('h1.test')),
        record(`${deep}${zone}`, ns('h1.test')),
        record(`${deep}test`, srv('h1.test')),
      ]
      const names = new TransferNames({ apex: name(zone), service: name('_pstorage._tcp'), domain: name(zone) })
      const scan = scanned(message(zone, RecordType.AXFR, { answers: records }))
      const made: number[] = []
      const owner = scan.owner.bind(scan)
      Object.assign(scan, { owner: (index: number) => made.push(index) && owner(index) })
      for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
      expect([made, names.count, names.foreign, names.fault, names.warnings]).toEqual([[], 0, 1, undefined, []])
    },
  )

  const dname = (target: string): RecordData => ({ kind: 'opaque', bytes: nameToWire(name(target)) })
  const another = (owner: string, data: RecordData, type: number) => record(owner, data, { type })

  it.each([
    ['a delegation', record(`sub.${zone}`, ns('ns.other.test')), 'EZONECUT', ['zone-cut'], []],
    ['a redirection', another(`sub.${zone}`, dname('other.test'), RecordType.DNAME), 'EZONECUT', ['zone-cut'], []],
    ['a wildcard', record(`*.${zone}`, srv('h1.test')), 'EWILDCARD', ['axfr-wildcard'], ['axfr-wildcard']],
    ['an alias of all', record(`*.${zone}`, cname('other.test')), 'EWILDCARD', ['axfr-wildcard'], ['axfr-wildcard']],
    ['an asterisk', record(owned('*').join(), cname('h1.test')), 'EWILDCARD', ['axfr-wildcard'], ['axfr-wildcard']],
    ['other records', record(owned('b').join(), a('192.0.2.1')), 'ENOSRV', [], []],
  ] as const)('does not deny clusters where there is %s, and warns', (_, hiding, code, withNames, withoutNames) => {
    const named = collect([hiding, record(owned('a').join(), srv('h1.test'))])
    expect(named.fault?.code).toBe(code)
    expect(named.warnings.map((warning) => warning.code)).toEqual(withNames)
    const unnamed = collect([hiding])
    expect(unnamed.fault?.code).toBe(code)
    expect(unnamed.warnings.map((warning) => warning.code)).toEqual(withoutNames)
  })

  it.each([
    ['the servers of the zone', record(zone, ns('ns.other.test'))],
    ['an alias', record(`www.${zone}`, cname('other.test'))],
    ['an alias of one letter', record(`w.${zone}`, cname('other.test'))],
    ['a wildcard of hosts', record(`*.${zone}`, a('192.0.2.1'))],
    ['an alias of all below two labels', record(`*.a.b.${zone}`, cname('other.test'))],
    ['other records of no cluster', record(owned('a\\.b').join(), a('192.0.2.1'))],
    ['other records of a host', record(`_tcp.a.${zone}`, a('192.0.2.1'))],
    ['a delegation in another class', record(`sub.${zone}`, ns('ns.other.test'), { class: RecordClass.CH })],
  ])('denies clusters where there is only %s', (_, plain) => {
    const found = collect([plain])
    expect([found.count, found.fault, found.hasDomain]).toEqual([0, undefined, true])
    expect(found.warnings).toEqual([])
  })

  it('looks for other records only as long as there are no names', () => {
    const [alpha = '', beta = '', gamma = ''] = owned('alpha', 'beta', 'gamma')
    expect(collect([record(alpha, srv('h1.test')), record(beta, a('192.0.2.1'))]).fault).toBe(undefined)
    const other = collect([record(beta, a('192.0.2.1')), record(gamma, a('192.0.2.1'))])
    expect(other.fault?.reason).toBe(`has records other than SRV at ${beta}`)
  })

  it('says in the warning which zone, and what it delegates', () => {
    const found = collect([record(`sub.${zone}`, ns('ns.other.test')), record(owned('a').join(), srv('h1.test'))])
    expect(found.warnings).toEqual([
      {
        code: 'zone-cut',
        message: `${zone}: the zone delegates sub.${zone} (NS); clusters there are not in its transfer`,
      },
    ])
  })

  it.each([
    [`sub.${zone}`, `sub.${zone}`, true],
    [`h1.sub.${zone}`, `Sub.${zone}`, true],
    [`_pstorage._tcp.a.sub.${zone}`, `sub.${zone}`, true],
    [`sub.${zone}`, `x.sub.${zone}`, false],
    [`xsub.${zone}`, `sub.${zone}`, false],
    ['sub.other.test', `sub.${zone}`, false],
    [zone, `sub.${zone}`, false],
    [`h1.${zone}`, zone, true],
  ])('the record of %s shows whether there is %s: %s', (owner, domain, has) => {
    expect(collect([record(owner, a('192.0.2.1'))], domain).hasDomain).toBe(has)
  })

  it('an empty zone has its apex, and no domain below', () => {
    expect([collect([]).hasDomain, collect([], `sub.${zone}`).hasDomain]).toEqual([true, false])
  })

  it('a record of another class shows no domain', () => {
    const chaos = record(`sub.${zone}`, a('192.0.2.1'), { class: RecordClass.CH })
    expect(collect([chaos], `sub.${zone}`).hasDomain).toBe(false)
  })

  it('DNS-26: keeps the least TTL of a name; above 2^31 - 1 means 0', () => {
    const [alpha = '', beta = ''] = owned('alpha', 'beta')
    const records = [
      record(alpha, srv('h1.test'), { ttl: 300 }),
      record(alpha, srv('h2.test'), { ttl: 60 }),
      record(beta, srv('h1.test'), { ttl: 0xffff_ffff }),
    ]
    expect([...collect(records).names]).toEqual([
      { ttl: 60, names: ['alpha'] },
      { ttl: 0, names: ['beta'] },
    ])
  })

  it('AX-11: bounds its warnings', () => {
    const faulty = Array.from({ length: 1_000 }, (_, index) => record(owned(`\\027${index}`).join(), srv('h1.test')))
    expect(collect(faulty).warnings).toHaveLength(101)
  })

  it('shows a faulty owner escaped, with its zone', () => {
    const [warning] = collect([record(owned('\\027[2J').join(), srv('h1.test'))]).warnings
    expect(warning?.message).toMatch(/^pstorage\.test: _pstorage\._tcp\.\\027\[2J\.pstorage\.test names no cluster: /)
  })
})
