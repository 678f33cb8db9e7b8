import { type Message, RecordClass, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { rrsetOf } from '../src/reply/rrset.js'
import { a, cname, type MessageParts, message, name, record, soa, srv } from './records.js'

const asked = 'a.test'
const chain = (length: number) =>
  Array.from({ length }, (_, index) => record(index === 0 ? asked : `a${index}.test`, cname(`a${index + 1}.test`)))

interface Row {
  readonly id: string
  readonly what: string
  readonly parts: MessageParts
  readonly type?: number
  readonly expected: object
}

const rows: readonly Row[] = [
  {
    id: 'DNS-4',
    what: 'an owner in other letter case is the same name',
    parts: { answers: [record('A.Test', a('192.0.2.1'))] },
    expected: { kind: 'found', data: [a('192.0.2.1')], aliases: 0 },
  },
  { id: 'DNS-19', what: 'NXDOMAIN', parts: { header: { rcode: 3 } }, expected: { kind: 'none', why: 'NXDOMAIN' } },
  { id: 'DNS-19', what: 'NODATA', parts: {}, expected: { kind: 'none', why: 'NODATA' } },
  {
    id: 'DNS-21',
    what: 'an alias is followed in the same message, in any order of records',
    parts: { answers: [record('b.test', a('192.0.2.1')), record(asked, cname('B.test'))] },
    expected: { kind: 'found', owner: name('B.test'), data: [a('192.0.2.1')], aliases: 1 },
  },
  {
    id: 'DNS-22',
    what: 'an alias alone has to be asked for',
    parts: { answers: [record(asked, cname('b.test'))] },
    expected: { kind: 'alias', target: name('b.test'), ttl: 300, aliases: 1 },
  },
  {
    id: 'DNS-22',
    what: 'an alias whose target does not exist is a no',
    parts: { answers: [record(asked, cname('b.test'))], header: { rcode: 3 } },
    expected: { kind: 'none', why: 'NXDOMAIN' },
  },
  {
    id: 'DNS-22',
    what: 'an alias whose target has no such records is a no',
    parts: { answers: [record(asked, cname('b.test'))], authorities: [record('test', soa())] },
    expected: { kind: 'none', why: 'NODATA' },
  },
  {
    id: 'DNS-22',
    what: '8 aliases are followed',
    parts: { answers: [...chain(8), record('a8.test', a('192.0.2.1'))] },
    expected: { kind: 'found', aliases: 8 },
  },
  {
    id: 'DNS-23',
    what: '9 aliases are too many',
    parts: { answers: [...chain(9), record('a9.test', a('192.0.2.1'))] },
    expected: { kind: 'broken' },
  },
  { id: 'DNS-23', what: '100 aliases', parts: { answers: chain(100) }, expected: { kind: 'broken' } },
  {
    id: 'DNS-23',
    what: 'an alias of itself',
    parts: { answers: [record(asked, cname('A.TEST'))] },
    expected: { kind: 'broken' },
  },
  {
    id: 'DNS-23',
    what: 'two aliases of one another',
    parts: { answers: [record(asked, cname('b.test')), record('b.test', cname(asked))] },
    expected: { kind: 'broken' },
  },
  {
    id: 'DNS-24',
    what: 'records of another owner, class or type, and in other sections, are left alone',
    parts: {
      answers: [
        record('b.test', a('192.0.2.66')),
        record('xa.test', a('192.0.2.66')),
        record(asked, a('192.0.2.66'), { class: RecordClass.CH }),
        record(asked, srv('b.test')),
        record(asked, a('192.0.2.1')),
      ],
      authorities: [record(asked, a('192.0.2.66'))],
      additionals: [record(asked, a('192.0.2.66'))],
    },
    expected: { kind: 'found', data: [a('192.0.2.1')] },
  },
  {
    id: 'DNS-26',
    what: 'the least TTL of a set holds',
    parts: { answers: [record(asked, a('192.0.2.1')), record(asked, a('192.0.2.2'), { ttl: 60 })] },
    expected: { kind: 'found', ttl: 60 },
  },
  {
    id: 'DNS-26',
    what: 'the TTL of an alias counts too',
    parts: { answers: [record(asked, cname('b.test'), { ttl: 5 }), record('b.test', a('192.0.2.1'))] },
    expected: { kind: 'found', ttl: 5 },
  },
  {
    id: 'DNS-26',
    what: 'the largest TTL',
    parts: { answers: [record(asked, a('192.0.2.1'), { ttl: 0x7fff_ffff })] },
    expected: { kind: 'found', ttl: 0x7fff_ffff },
  },
  {
    id: 'DNS-26',
    what: 'a TTL above 2^31 - 1 means 0',
    parts: { answers: [record(asked, a('192.0.2.1'), { ttl: 0x8000_0000 })] },
    expected: { kind: 'found', ttl: 0 },
  },
  {
    id: 'DNS-35',
    what: 'records of unknown types among the answers are ignored',
    parts: {
      answers: [record(asked, { kind: 'opaque', bytes: Buffer.of(1) }, { type: 46 }), record(asked, a('192.0.2.1'))],
    },
    expected: { kind: 'found', data: [a('192.0.2.1')] },
  },
]

describe('rrsetOf', () => {
  it.each(rows)('$id: $what', ({ parts, type = RecordType.A, expected }) => {
    const answer: Message = message(asked, type, parts)
    expect(rrsetOf(answer, name(asked), type)).toMatchObject(expected)
  })

  it('an alias asked for by its own type is an answer', () => {
    const answer = message(asked, RecordType.CNAME, { answers: [record(asked, cname('b.test'))] })
    expect(rrsetOf(answer, name(asked), RecordType.CNAME)).toMatchObject({ kind: 'found', data: [cname('b.test')] })
  })
})
