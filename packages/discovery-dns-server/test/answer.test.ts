import { nameToText, type RecordType, ResponseCode, responseCode, responseCodeName } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { queryBytes } from './support/query-bytes.js'
import { sectionsText } from './support/record-text.js'
import { responderOf, response } from './support/responder-of.js'

const zone = `$TTL 1H
@                 SOA   ns host 7 5H 10M 1D 300
                  NS    ns
ns                A     127.0.0.1
                  AAAA  ::1
_pstorage._tcp.c  SRV   0 1 2510 s1
                  SRV   5 1 2510 S2
                  SRV   9 1 2510 far.example.
s1                A     10.0.0.1
                  AAAA  fd00::1
s2                A     10.0.0.2
nowhere           SRV   0 0 0 .
two               300 TXT "a"
                  60  TXT "b"
                  60  TXT "b"
Case.MIXED        TXT   "kept"
a\\.b             TXT   "a dot in the label"
a.b               TXT   "two labels"
\\255             TXT   \\000\\255
ж                 TXT   "ж"
; aliases
here              CNAME s1
there             CNAME host.example.
nothing           CNAME missing
chain1            CNAME chain2
chain2            CNAME Chain3
chain3            CNAME s2
loop1             CNAME loop2
loop2             CNAME loop1
self              CNAME self
into              CNAME x.cut
; wildcards
*.wild            TXT   "wild"
sub.wild          A     10.0.0.9
deep.ent.wild     A     10.0.0.8
*.alias           CNAME s1
; a delegation
cut               NS    ns.cut
                  NS    ns
ns.cut            A     10.9.9.9
below.cut         TXT   "occluded"
`

const soa = (ttl: number) => `pstorage.test ${ttl} SOA ns.pstorage.test host.pstorage.test 7 18000 600 86400 300`
const d = '.pstorage.test'

type Row = [
  question: string,
  type: keyof typeof RecordType,
  expected: {
    rcode?: keyof typeof ResponseCode
    aa?: boolean
    answers?: string[]
    authorities?: string[]
    additionals?: string[]
  },
]

const srv = (owner: string) => ({
  answers: [
    `${owner} 3600 SRV 0 1 2510 s1${d}`,
    `${owner} 3600 SRV 5 1 2510 S2${d}`,
    `${owner} 3600 SRV 9 1 2510 far.example`,
  ],
  additionals: [`s1${d} 3600 A 10.0.0.1`, `s1${d} 3600 AAAA fd00::1`, `S2${d} 3600 A 10.0.0.2`],
})
const glue = [`ns.cut${d} 3600 A 10.9.9.9`, `ns${d} 3600 A 127.0.0.1`, `ns${d} 3600 AAAA ::1`]
const referral = { aa: false, authorities: [`cut${d} 3600 NS ns.cut${d}`, `cut${d} 3600 NS ns${d}`], additionals: glue }
const nodata = { authorities: [soa(300)] }
const nxdomain = { rcode: 'NXDOMAIN', authorities: [soa(300)] } as const

const rows: Row[] = [
  // Data, and what comes with it.
  [`_pstorage._tcp.c${d}`, 'SRV', srv(`_pstorage._tcp.c${d}`)],
  [`_PStorage._TCP.C${d.toUpperCase()}`, 'SRV', srv(`_PStorage._TCP.C${d.toUpperCase()}`)],
  ['pstorage.test', 'SOA', { answers: [soa(3600)] }],
  [
    'pstorage.test',
    'NS',
    {
      answers: [`pstorage.test 3600 NS ns${d}`],
      additionals: [`ns${d} 3600 A 127.0.0.1`, `ns${d} 3600 AAAA ::1`],
    },
  ],
  [`two${d}`, 'TXT', { answers: [`two${d} 60 TXT "a"`, `two${d} 60 TXT "b"`] }],
  [`nowhere${d}`, 'SRV', { answers: [`nowhere${d} 3600 SRV 0 0 0 .`] }],
  [`case.mixed${d}`, 'TXT', { answers: [`case.mixed${d} 3600 TXT "kept"`] }],
  // Labels are bytes.
  [`a\\.b${d}`, 'TXT', { answers: [`a\\.b${d} 3600 TXT "a dot in the label"`] }],
  [`a.b${d}`, 'TXT', { answers: [`a.b${d} 3600 TXT "two labels"`] }],
  [`\\255${d}`, 'TXT', { answers: [`\\255${d} 3600 TXT "\\u0000ÿ"`] }],
  [`ж${d}`, 'TXT', { answers: [`\\208\\182${d} 3600 TXT "Ð¶"`] }],
  [`\\208\\150${d}`, 'TXT', nxdomain],
  // Nothing there.
  [`missing${d}`, 'A', nxdomain],
  [`x.s1${d}`, 'A', nxdomain],
  [`s1${d}`, 'TXT', nodata],
  [`s2${d}`, 'AAAA', nodata],
  [`_tcp.c${d}`, 'SRV', nodata],
  [`c${d}`, 'SRV', nodata],
  [`mixed${d}`, 'TXT', nodata],
  [`_udp.c${d}`, 'SRV', nxdomain],
  ['s1.pstorage.test.example', 'A', { rcode: 'REFUSED', aa: false }],
  ['test', 'SOA', { rcode: 'REFUSED', aa: false }],
  ['.', 'NS', { rcode: 'REFUSED', aa: false }],
  ['evilpstorage.test', 'A', { rcode: 'REFUSED', aa: false }],
  ['evil\\.pstorage.test', 'A', { rcode: 'REFUSED', aa: false }],
  // Aliases.
  [`here${d}`, 'A', { answers: [`here${d} 3600 CNAME s1${d}`, `s1${d} 3600 A 10.0.0.1`] }],
  [`here${d}`, 'CNAME', { answers: [`here${d} 3600 CNAME s1${d}`] }],
  [`here${d}`, 'TXT', { answers: [`here${d} 3600 CNAME s1${d}`], ...nodata }],
  [`there${d}`, 'A', { answers: [`there${d} 3600 CNAME host.example`] }],
  [`nothing${d}`, 'A', { answers: [`nothing${d} 3600 CNAME missing${d}`], ...nxdomain }],
  [
    `chain1${d}`,
    'A',
    {
      answers: [
        `chain1${d} 3600 CNAME chain2${d}`,
        `chain2${d} 3600 CNAME Chain3${d}`,
        `Chain3${d} 3600 CNAME s2${d}`,
        `s2${d} 3600 A 10.0.0.2`,
      ],
    },
  ],
  [`loop1${d}`, 'A', { answers: [`loop1${d} 3600 CNAME loop2${d}`, `loop2${d} 3600 CNAME loop1${d}`] }],
  [`self${d}`, 'A', { answers: [`self${d} 3600 CNAME self${d}`] }],
  [`into${d}`, 'A', { ...referral, aa: true, answers: [`into${d} 3600 CNAME x.cut${d}`] }],
  // Wildcards (RFC 4592).
  [`x.wild${d}`, 'TXT', { answers: [`x.wild${d} 3600 TXT "wild"`] }],
  [`X.y.Wild${d}`, 'TXT', { answers: [`X.y.Wild${d} 3600 TXT "wild"`] }],
  [`*.wild${d}`, 'TXT', { answers: [`*.wild${d} 3600 TXT "wild"`] }],
  [`x.wild${d}`, 'A', nodata],
  [`wild${d}`, 'TXT', nodata],
  [`sub.wild${d}`, 'TXT', nodata],
  [`x.sub.wild${d}`, 'TXT', nxdomain],
  [`ent.wild${d}`, 'TXT', nodata],
  [`x.ent.wild${d}`, 'TXT', nxdomain],
  [`x.alias${d}`, 'A', { answers: [`x.alias${d} 3600 CNAME s1${d}`, `s1${d} 3600 A 10.0.0.1`] }],
  // Delegations.
  [`x.cut${d}`, 'A', referral],
  [`cut${d}`, 'NS', referral],
  [`cut${d}`, 'A', referral],
  [`ns.cut${d}`, 'A', referral],
  [`below.cut${d}`, 'TXT', referral],
  [`cut${d}`, 'DS', nodata],
  [`x.cut${d}`, 'DS', referral],
  // One set for ANY (RFC 8482).
  [`two${d}`, 'ANY', { answers: [`two${d} 60 TXT "a"`, `two${d} 60 TXT "b"`] }],
  [`here${d}`, 'ANY', { answers: [`here${d} 3600 CNAME s1${d}`] }],
  [`missing${d}`, 'ANY', nxdomain],
  [`c${d}`, 'ANY', nodata],
  // Types without meaning here.
  [`s1${d}`, 'HTTPS', nodata],
]

describe('answers from a zone', () => {
  const responder = responderOf({ origin: 'pstorage.test', zone })

  test.each(rows)('%s %s', (name, type, expected) => {
    const message = response(responder, queryBytes(name, type, { payload: 1232 }))
    expect({
      rcode: responseCodeName(responseCode(message)),
      aa: message.header.authoritative,
      ...sectionsText(message),
    }).toEqual({
      rcode: expected.rcode ?? 'NOERROR',
      aa: expected.aa ?? true,
      answers: expected.answers ?? [],
      authorities: expected.authorities ?? [],
      additionals: expected.additionals ?? [],
    })
  })

  test('the question comes back in its own case', () => {
    const message = response(responder, queryBytes('S1.PStorage.TEST', 'A'))
    expect(message.questions.map(({ name }) => nameToText(name))).toEqual(['S1.PStorage.TEST'])
  })

  test('an alias chain is followed for 16 steps', () => {
    const aliases = Array.from({ length: 40 }, (_, index) => `c${index} CNAME c${index + 1}\n`).join('')
    const long = responderOf({ origin: 'pstorage.test', zone: `$TTL 1\n@ SOA . . 1 1 1 1 1\n${aliases}` })
    expect(response(long, queryBytes(`c0${d}`, 'A', { payload: 1232 })).answers).toHaveLength(17)
  })

  test('a zone at the root', () => {
    const root = responderOf({ origin: '.', zone: '$TTL 1\n@ SOA . . 1 1 1 1 1\na TXT x' })
    expect(sectionsText(response(root, queryBytes('a', 'TXT'))).answers).toEqual(['a 1 TXT "x"'])
    expect(response(root, queryBytes('b.a', 'TXT')).header.rcode).toBe(ResponseCode.NXDOMAIN)
  })
})

describe('zones that cannot be', () => {
  const head = '$TTL 1\n@ SOA . . 1 1 1 1 1\n'
  const refusals: [name: string, text: string, line: number | undefined][] = [
    ['no SOA record', '$TTL 1\na A 10.0.0.1', undefined],
    ['nothing at all', '', undefined],
    ['two SOA records', `${head}@ SOA . . 2 1 1 1 1`, 3],
    ['an SOA record below the origin', `${head}a SOA . . 2 1 1 1 1`, 3],
    ['a CNAME beside others', `${head}a A 10.0.0.1\na CNAME b`, 4],
    ['others beside a CNAME', `${head}a CNAME b\nA A 10.0.0.1`, 4],
    ['two CNAMEs', `${head}a CNAME b\na CNAME c`, 4],
    ['a CNAME at the origin', `${head}@ CNAME b`, 3],
    ['an owner outside', `${head}a.example. A 10.0.0.1`, 3],
    ['an owner that only looks inside', `${head}evilpstorage.test. A 10.0.0.1`, 3],
  ]
  test.each(refusals)('%s', (_name, text, line) => {
    expect(() => responderOf({ origin: 'pstorage.test', zone: text })).toThrow(
      expect.objectContaining({ code: 'ERR_ZONE_INVALID', line }),
    )
  })

  test('the same CNAME twice is one', () => {
    const responder = responderOf({ origin: 'pstorage.test', zone: `${head}a CNAME b\na CNAME b` })
    expect(response(responder, queryBytes(`a${d}`, 'CNAME')).answers).toHaveLength(1)
  })
})
