import { RecordClass, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { parseNameServer } from '../src/config/name-server.js'
import { faultOfError, faultOfReply, type ServerFault, worstFault } from '../src/reply/server-fault.js'
import { a, cname, type MessageParts, message, ns, record, soa } from './records.js'

const server = parseNameServer('192.0.2.53')
const asked = 'a.pstorage.test'

interface Row {
  readonly id: string
  readonly what: string
  readonly parts: MessageParts
  readonly expected: Partial<ServerFault> | undefined
}

const rcode = (id: string, code: string, rcode: number, status: ServerFault['status']): Row => ({
  id,
  what: code,
  parts: { header: { rcode } },
  expected: { status, code, reason: `said ${code}` },
})
const lame = { status: 'failed', code: 'LAME' } as const
const besideThePoint = { status: 'malformed', code: 'EBADREPLY' } as const
const notAuthoritative = { authoritative: false }
const opt = (ttl: number) => record('.', { kind: 'OPT', options: [] }, { type: RecordType.OPT, class: 1232, ttl })

const rows: readonly Row[] = [
  rcode('DNS-17', 'FORMERR', 1, 'failed'),
  rcode('DNS-17', 'SERVFAIL', 2, 'failed'),
  rcode('DNS-17', 'NOTIMP', 4, 'failed'),
  rcode('DNS-17', 'REFUSED', 5, 'refused'),
  rcode('DNS-17', 'NOTAUTH', 9, 'refused'),
  rcode('DNS-17', 'RCODE15', 15, 'failed'),
  {
    id: 'DNS-16',
    what: 'a code that needs EDNS, whose lower bits alone are NOERROR',
    parts: { additionals: [opt(0x0100_0000)] },
    expected: { status: 'failed', code: 'BADVERS' },
  },
  {
    id: 'DNS-18',
    what: 'neither authoritative nor recursive, and empty',
    parts: { header: notAuthoritative },
    expected: lame,
  },
  {
    id: 'DNS-18',
    what: 'a referral',
    parts: { header: notAuthoritative, authorities: [record('pstorage.test', ns('ns.test'))] },
    expected: lame,
  },
  {
    id: 'DNS-18',
    what: 'a referral of a server that claims to recurse',
    parts: {
      header: { ...notAuthoritative, recursionAvailable: true },
      authorities: [record('test', ns('ns.test'))],
    },
    expected: lame,
  },
  {
    id: 'DNS-18',
    what: 'a referral of a server that claims to be authoritative',
    parts: { authorities: [record('test', ns('ns.test'))] },
    expected: lame,
  },
  {
    id: 'DNS-19',
    what: 'NODATA without SOA of a server that recurses',
    parts: { header: { ...notAuthoritative, recursionAvailable: true } },
    expected: undefined,
  },
  { id: 'DNS-19', what: 'NODATA without SOA of an authoritative server', parts: {}, expected: undefined },
  {
    id: 'DNS-19',
    what: 'NODATA with SOA and NS',
    parts: {
      header: { ...notAuthoritative, recursionAvailable: true },
      authorities: [record('pstorage.test', ns('ns.test')), record('pstorage.test', soa())],
    },
    expected: undefined,
  },
  {
    id: 'DNS-18',
    what: 'NODATA with SOA of a server that is neither authoritative nor recursive',
    parts: { header: notAuthoritative, authorities: [record('pstorage.test', soa())] },
    expected: lame,
  },
  {
    id: 'DNS-18',
    what: 'NXDOMAIN of a server that is neither authoritative nor recursive',
    parts: { header: { ...notAuthoritative, rcode: 3 } },
    expected: lame,
  },
  { id: 'DNS-19', what: 'NXDOMAIN', parts: { header: { rcode: 3 } }, expected: undefined },
  { id: 'DNS-21', what: 'an answer', parts: { answers: [record(asked, a('192.0.2.1'))] }, expected: undefined },
  { id: 'DNS-22', what: 'an alias', parts: { answers: [record(asked, cname('b.test'))] }, expected: undefined },
  {
    id: 'DNS-24',
    what: 'records of another owner alone',
    parts: { answers: [record('b.test', a('192.0.2.66'))] },
    expected: besideThePoint,
  },
  {
    id: 'DNS-24',
    what: 'records of another class alone',
    parts: { answers: [record(asked, a('192.0.2.66'), { class: RecordClass.CH })] },
    expected: besideThePoint,
  },
  {
    id: 'DNS-24',
    what: 'records of another type alone, as a captive portal sends them',
    parts: { answers: [record(asked, { kind: 'AAAA', address: '2001:db8::1' })] },
    expected: besideThePoint,
  },
  {
    id: 'DNS-24',
    what: 'the records asked for in the authority section',
    parts: { authorities: [record(asked, a('192.0.2.66'))] },
    expected: besideThePoint,
  },
  {
    id: 'DNS-24',
    what: 'the records asked for in the additional section',
    parts: { additionals: [record(asked, a('192.0.2.66')), opt(0)] },
    expected: besideThePoint,
  },
  {
    id: 'DNS-24',
    what: 'records of another owner with an SOA record: a no',
    parts: { answers: [record('b.test', a('192.0.2.66'))], authorities: [record('pstorage.test', soa())] },
    expected: undefined,
  },
]

const errors: readonly (readonly [code: string, status: ServerFault['status']])[] = [
  ['ECONNREFUSED', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['EINVAL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['EMFILE', 'failed'],
  ['ENOBUFS', 'failed'],
]

describe('faultOfReply', () => {
  it.each(rows)('$id: $what', ({ parts, expected }) => {
    const fault = faultOfReply(server, message(asked, RecordType.A, parts))
    if (expected === undefined) expect(fault).toBeUndefined()
    else expect(fault).toMatchObject({ server, ...expected })
  })
})

describe('faultOfError', () => {
  it.each(errors)('%s is %s', (code, status) => {
    expect(faultOfError(server, Object.assign(new Error(code), { code }))).toMatchObject({ status, code })
  })

  it.each([new Error('no code'), 'no error', undefined])('takes %s too', (error) => {
    expect(faultOfError(server, error)).toMatchObject({ status: 'failed', code: 'EIO' })
  })
})

describe('worstFault', () => {
  it('prefers what a server has said to what it has not', () => {
    const statuses = ['timeout', 'unreachable', 'malformed', 'failed', 'refused'] as const
    const faults = statuses.map((status): ServerFault => ({ server, status, code: status, reason: status }))
    for (let count = 1; count <= statuses.length; count += 1) {
      expect(worstFault(faults.slice(0, count))?.status).toBe(statuses[count - 1])
    }
    expect(worstFault([])).toBeUndefined()
  })
})
