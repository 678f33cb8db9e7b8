import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { ZoneCuts } from '../src/transfer/names/zone-cuts.js'
import { name } from './records.js'

type CutType = 'NS' | 'DNAME' | 'CNAME' | 'SRV'

interface Row {
  readonly what: string
  readonly owner: string
  readonly types: readonly CutType[]
  /** Default: the zone. */
  readonly domain?: string
  /** Default: none, which means that nothing is hidden. */
  readonly code?: string
}

const apex = 'pstorage.test'
const cut = { types: ['NS', 'DNAME'], code: 'EZONECUT' } as const
const none = { types: ['NS', 'DNAME'] } as const
const wildcard = { types: ['SRV', 'CNAME', 'NS', 'DNAME'], code: 'EWILDCARD' } as const
const noWildcard = { types: ['SRV', 'CNAME', 'NS', 'DNAME'] } as const
const sub = `lab.sub.${apex}`

const rows: readonly Row[] = [
  { what: 'the zone itself', owner: apex, types: ['NS'] },
  { what: 'the zone itself', owner: 'PStorage.TEST', types: ['NS'] },
  { what: 'the zone itself, redirected', owner: apex, types: ['DNAME'], code: 'EZONECUT' },
  { what: 'a label of the domain', owner: `sub.${apex}`, ...cut },
  { what: 'a label of the domain, in capitals', owner: 'SUB.PSTORAGE.TEST', ...cut },
  { what: 'the protocol of a cluster', owner: `_tcp.alpha.${apex}`, ...cut },
  { what: 'the protocol of a cluster, in capitals', owner: `_TCP.alpha.${apex}`, ...cut },
  { what: 'the owner of a cluster', owner: `_pstorage._tcp.alpha.${apex}`, ...cut },
  { what: 'below the owner of a cluster', owner: `x._pstorage._tcp.alpha.${apex}`, ...none },
  { what: 'another service', owner: `_other._tcp.alpha.${apex}`, ...none },
  { what: 'another protocol', owner: `_udp.alpha.${apex}`, ...none },
  { what: 'the service without the protocol', owner: `_pstorage.alpha.${apex}`, ...none },
  { what: 'two labels', owner: `a.b.${apex}`, ...none },
  { what: 'a label that names no cluster', owner: `a\\032b.${apex}`, ...none },
  { what: 'a label that names no cluster, at the owner', owner: `_pstorage._tcp.a\\.b.${apex}`, ...none },
  { what: 'another zone', owner: 'sub.other.test', ...none },
  { what: 'the parent zone', owner: 'test', ...none },
  { what: 'the root', owner: '.', ...none },
  { what: 'a zone with the same end of its text', owner: 'sub.evilpstorage.test', ...none },

  { what: 'a search domain below the zone', owner: sub, domain: sub, ...cut },
  { what: 'between the zone and the search domain', owner: `sub.${apex}`, domain: sub, ...cut },
  { what: 'the zone above the search domain', owner: apex, domain: sub, types: ['NS'] },
  { what: 'the zone above the search domain', owner: apex, domain: sub, types: ['DNAME'], code: 'EZONECUT' },
  { what: 'the parent of the zone above the search domain', owner: 'test', domain: sub, ...none },
  { what: 'a label below the search domain', owner: `x.${sub}`, domain: sub, ...cut },
  { what: 'beside the search domain', owner: `other.sub.${apex}`, domain: sub, ...none },
  { what: 'a wildcard above the search domain that exists', owner: `*.${apex}`, domain: sub, ...noWildcard },

  { what: 'a wildcard of the domain', owner: `*.${apex}`, ...wildcard },
  { what: 'a wildcard of a cluster', owner: `*.alpha.${apex}`, ...wildcard },
  { what: 'a wildcard of the protocol', owner: `*._tcp.alpha.${apex}`, ...wildcard },
  { what: 'a wildcard of another protocol', owner: `*._udp.alpha.${apex}`, ...noWildcard },
  { what: 'a wildcard below the owner', owner: `*._pstorage._tcp.alpha.${apex}`, ...noWildcard },
  { what: 'a wildcard two labels below', owner: `*.a.b.${apex}`, ...noWildcard },
  { what: 'an asterisk for the cluster', owner: `_pstorage._tcp.*.${apex}`, ...wildcard },
  { what: 'an asterisk for the cluster of another service', owner: `_other._tcp.*.${apex}`, ...noWildcard },
]

describe('ZoneCuts', () => {
  it.each(rows.flatMap(({ types, ...row }) => types.map((type) => ({ ...row, type }))))(
    '$what: $owner $type below $domain',
    ({ owner, type, domain = apex, code }) => {
      const cuts = new ZoneCuts({ apex: name(apex), service: name('_pstorage._tcp'), domain: name(domain) })
      const isWildcard = cuts.addRecord(name(owner), RecordType[type])
      expect(cuts.fault?.code).toBe(code)
      expect(isWildcard).toBe(code === 'EWILDCARD')
      expect(cuts.delegated?.code).toBe(code === 'EZONECUT' ? code : undefined)
    },
  )

  const collected = (records: readonly (readonly [owner: string, type: CutType | 'other'])[]) => {
    const cuts = new ZoneCuts({ apex: name(apex), service: name('_pstorage._tcp'), domain: name(apex) })
    for (const [owner, type] of records) {
      if (type === 'other') cuts.addWithoutService(name(owner))
      else cuts.addRecord(name(owner), RecordType[type])
    }
    return cuts
  }

  it.each([
    ['no record', [], undefined],
    ['a delegation', [['sub.pstorage.test', 'NS']], 'delegates sub.pstorage.test (NS)'],
    [
      'several servers of one zone, and many zones',
      [
        ['a.pstorage.test', 'NS'],
        ['A.pstorage.test', 'NS'],
        ['b.pstorage.test', 'NS'],
        ['c.pstorage.test', 'NS'],
        ['d.pstorage.test', 'NS'],
        ['e.pstorage.test', 'NS'],
      ],
      'delegates A.pstorage.test, b.pstorage.test, c.pstorage.test, others (NS)',
    ],
    [
      'exactly three zones',
      [
        ['a.pstorage.test', 'NS'],
        ['b.pstorage.test', 'NS'],
        ['c.pstorage.test', 'NS'],
      ],
      'delegates a.pstorage.test, b.pstorage.test, c.pstorage.test (NS)',
    ],
    [
      'everything at once, other zones first',
      [
        ['_pstorage._tcp.z.pstorage.test', 'other'],
        ['*.pstorage.test', 'SRV'],
        ['b.pstorage.test', 'DNAME'],
        ['a.pstorage.test', 'NS'],
      ],
      'delegates a.pstorage.test (NS), and redirects what is below b.pstorage.test (DNAME)',
    ],
    ['an alias of all', [['*.pstorage.test', 'CNAME']], 'has a wildcard that stands for any cluster: *.pstorage.test'],
    [
      'other records',
      [['_pstorage._tcp.z.pstorage.test', 'other']],
      'has records other than SRV at _pstorage._tcp.z.pstorage.test',
    ],
  ] as const)('says why, with the owners: %s', (_, records, reason) => {
    expect(collected(records).fault?.reason).toBe(reason)
  })

  it('tells other records from wildcards by code', () => {
    expect(collected([['_pstorage._tcp.z.pstorage.test', 'other']]).fault?.code).toBe('ENOSRV')
    expect(collected([['*.pstorage.test', 'SRV']]).fault?.code).toBe('EWILDCARD')
  })

  it('escapes owners', () => {
    const service = name('_pstorage._tcp')
    const cuts = new ZoneCuts({ apex: name('a\\027b.test'), service, domain: name('a\\027b.test') })
    cuts.addRecord(name('sub.a\\027b.test'), RecordType.NS)
    expect(cuts.fault?.reason).toBe('delegates sub.a\\027b.test (NS)')
  })
})
