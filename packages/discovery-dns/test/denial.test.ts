import { RecordClass, RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { type Denials, judgeReply } from '../src/reply/denial.js'
import { a, cname, type MessageParts, message, name, ns, record, soa, srv } from './records.js'

const domain = 'lab.pstorage.test'
const owner = `_pstorage._tcp.alpha.${domain}`
const NXDOMAIN = { header: { rcode: 3 } }
const authority = (zone: string, fields: Partial<ResourceRecord> = {}) => record(zone, soa(), fields)
const dname = (from: string): ResourceRecord =>
  record(from, { kind: 'opaque', bytes: Buffer.of(0) }, { type: RecordType.DNAME })
const extended = (code: number): ResourceRecord => {
  const options = [{ code: 15, data: Buffer.of(code >> 8, code & 255) }]
  return record('.', { kind: 'OPT', options }, { type: RecordType.OPT, class: 1232 })
}
const proven = { authorities: [authority(domain)] }

interface Row {
  readonly what: string
  readonly parts: MessageParts
  readonly denials?: Denials
  readonly expected: object
}

const counts = { kind: 'denial', needsDomain: false, isWaived: false }
const fault = (code: string, status = 'failed') => ({ kind: 'fault', status, code })

const rows: readonly Row[] = [
  { what: 'records', parts: { answers: [record(owner, srv('h1.test'))] }, expected: { kind: 'answer' } },
  { what: 'an alias', parts: { answers: [record(owner, cname('x.test'))] }, expected: { kind: 'answer' } },
  {
    what: 'an alias whose target does not exist',
    parts: { ...NXDOMAIN, answers: [record(owner, cname('x.test'))], authorities: [authority('test')] },
    expected: { kind: 'answer' },
  },
  {
    what: 'an alias that a DNAME record of the cluster makes',
    parts: { ...NXDOMAIN, answers: [dname(`alpha.${domain}`), record(owner, cname('x.test'))] },
    expected: { kind: 'answer' },
  },
  {
    what: 'an alias that a DNAME record of the search domain makes',
    parts: { ...NXDOMAIN, answers: [dname(domain), record(owner, cname('x.test'))], ...proven },
    expected: fault('EREDIRECTED'),
  },
  {
    what: 'NXDOMAIN, SOA of the search domain',
    parts: { ...NXDOMAIN, ...proven },
    expected: { ...counts, why: 'NXDOMAIN' },
  },
  { what: 'NODATA, SOA of the search domain', parts: proven, expected: { ...counts, why: 'NODATA' } },
  {
    what: 'SOA of the search domain in other letter case',
    parts: { ...NXDOMAIN, authorities: [authority('LAB.PStorage.test')] },
    expected: counts,
  },
  {
    what: 'SOA of a zone below the search domain',
    parts: { ...NXDOMAIN, authorities: [authority(`alpha.${domain}`)] },
    expected: counts,
  },
  {
    what: 'SOA of a zone above the search domain',
    parts: { ...NXDOMAIN, authorities: [authority('pstorage.test')] },
    expected: { ...counts, needsDomain: true },
  },
  { what: 'SOA of the root', parts: { ...NXDOMAIN, authorities: [authority('.')] }, expected: { needsDomain: true } },
  {
    what: 'SOA of a zone above and of the search domain',
    parts: { ...NXDOMAIN, authorities: [authority('pstorage.test'), authority(domain)] },
    expected: counts,
  },
  { what: 'no SOA', parts: NXDOMAIN, expected: fault('EUNPROVEN') },
  { what: 'NODATA without SOA', parts: {}, expected: fault('EUNPROVEN') },
  {
    what: 'SOA in the additional section alone',
    parts: { ...NXDOMAIN, additionals: [authority(domain)] },
    expected: fault('EUNPROVEN'),
  },
  {
    what: 'SOA of another class',
    parts: { ...NXDOMAIN, authorities: [authority(domain, { class: RecordClass.CH })] },
    expected: fault('EUNPROVEN'),
  },
  {
    what: 'NS instead of SOA',
    parts: { ...NXDOMAIN, authorities: [record(domain, ns('ns.test'))] },
    expected: fault('EUNPROVEN'),
  },
  ...[`beta.${domain}`, 'other.test', 'xlab.pstorage.test', `x.${owner}`].map((zone) => ({
    what: `SOA of ${zone}, which does not hold the name`,
    parts: { ...NXDOMAIN, authorities: [authority(zone)] },
    expected: fault('EFOREIGNPROOF'),
  })),
  {
    what: 'unrelated records in the answer section',
    parts: { ...NXDOMAIN, answers: [record('x.test', a('192.0.2.1'))], ...proven },
    expected: fault('EBADREPLY', 'malformed'),
  },
  {
    what: 'the records in class CH',
    parts: { answers: [record(owner, srv('h1.test'), { class: RecordClass.CH })], ...proven },
    expected: fault('EBADREPLY', 'malformed'),
  },
  ...[3, 4, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24].map((code) => ({
    what: `extended error ${code}`,
    parts: { ...NXDOMAIN, ...proven, additionals: [extended(code)] },
    expected: fault('EUNFRESH'),
  })),
  ...[0, 1, 2, 27, 29].map((code) => ({
    what: `extended error ${code}, which does not discredit it`,
    parts: { ...NXDOMAIN, ...proven, additionals: [extended(code)] },
    expected: counts,
  })),
  {
    what: 'no SOA, waived',
    parts: NXDOMAIN,
    denials: 'any',
    expected: { kind: 'denial', needsDomain: false, isWaived: true },
  },
  {
    what: 'SOA of an unrelated zone, waived',
    parts: { ...NXDOMAIN, authorities: [authority('other.test')] },
    denials: 'any',
    expected: { kind: 'denial', isWaived: true },
  },
  { what: 'a proof that needs no waiver', parts: { ...NXDOMAIN, ...proven }, denials: 'any', expected: counts },
  {
    what: 'SOA of a zone above, which is not waived',
    parts: { ...NXDOMAIN, authorities: [authority('test')] },
    denials: 'any',
    expected: { ...counts, needsDomain: true },
  },
  {
    what: 'a stale answer, which is not waived',
    parts: { ...NXDOMAIN, additionals: [extended(3)] },
    denials: 'any',
    expected: fault('EUNFRESH'),
  },
]

describe('judgeReply', () => {
  it.each(rows)('$what', ({ parts, denials = 'proven', expected }) => {
    const question = { name: name(owner), type: RecordType.SRV, domain: name(domain) }
    expect(judgeReply(message(owner, RecordType.SRV, parts), question, denials)).toMatchObject(expected)
  })

  it('asks for no proof where no search domain is named', () => {
    const question = { name: name('h1.test'), type: RecordType.AAAA }
    expect(judgeReply(message('h1.test', RecordType.AAAA), question, 'proven')).toMatchObject(counts)
    const stale = message('h1.test', RecordType.AAAA, { additionals: [extended(15)] })
    expect(judgeReply(stale, question, 'any')).toMatchObject(fault('EUNFRESH'))
  })
})
