import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../../src/records/read-query.js'
import { multicastResponse } from '../multicast-response.js'

const list = { name: '_pstorage._tcp.local', type: RecordType.PTR }
const known = { name: list.name, type: 'PTR' as const, target: 'mds1._pstorage._tcp.local', ttl: 60 }
const query = (questions: readonly object[], options: object = {}) => {
  return multicastResponse([], { response: false, authoritative: false, questions, ...options } as never)
}

describe('readQuery', () => {
  it.each([
    ['the instances', [list], ['PTR']],
    ['a subtype', [{ ...list, name: `_Alpha._sub.${list.name}` }], ['PTR _alpha']],
    ['an instance', [{ name: `MDS1.${list.name}`, type: RecordType.SRV }], ['SRV mds1']],
    ['a TXT record', [{ name: `mds1.${list.name}`, type: RecordType.TXT }], ['TXT mds1']],
    ['two things', [list, { name: `mds1.${list.name}`, type: RecordType.TXT }], ['PTR', 'TXT mds1']],
    ['the service in capitals', [{ ...list, name: '_PSTORAGE._TCP.Local' }], ['PTR']],
    ['the addresses of a host', [{ name: 'MDS1.local', type: RecordType.A }], ['host mds1.local']],
    [
      'those of both families',
      [RecordType.A, RecordType.AAAA].map((type) => ({ name: 'mds1.local', type })),
      ['host mds1.local', 'host mds1.local'],
    ],
    ['another type of a host', [{ name: 'mds1.local', type: RecordType.HINFO }], []],
    ['a host of another domain', [{ name: 'mds1.test', type: RecordType.A }], []],
    ['another service', [{ ...list, name: '_http._tcp.local' }], []],
    ['MD-23 an answer for itself alone', [{ ...list, class: 0x8001 }], []],
    ['another class', [{ ...list, class: 3 }], []],
  ])('%s', (_, questions, expected) => {
    expect(readQuery(query(questions)).map(({ setKey }) => setKey)).toEqual(expected)
  })

  it.each([
    ['MD-19 whose known answers go on in the next message', query([list], { truncated: true })],
    ['with another opcode', query([list], { opcode: 5 })],
    ['that is cut short', query([list]).subarray(0, -1)],
    ['that is empty', Buffer.alloc(0)],
    ['that is a response', multicastResponse([], { questions: [list] })],
  ])('nothing of one %s', (_, bytes) => {
    expect(readQuery(bytes)).toEqual([])
  })

  it('MD-20 what the querier knows', () => {
    const [incoming] = readQuery(query([list], { answers: [known] }))
    expect([...(incoming?.knownKeys ?? [])]).toEqual(['mds1'])
  })

  it('the addresses that the querier knows', () => {
    const host = 'mds1.local'
    const answers = [{ name: host, type: 'A' as const, address: '192.0.2.21', ttl: 60 }]
    const [incoming] = readQuery(query([{ name: host, type: RecordType.A }], { answers }))
    expect([incoming?.kind, ...(incoming?.knownKeys ?? [])]).toEqual(['A', '192.0.2.21'])
  })

  it('one question, however often it stands there and whatever is known', () => {
    const answers = Array.from({ length: 200 }, (_, index) => ({ ...known, target: `m${index}.${list.name}` }))
    const [incoming, ...rest] = readQuery(query(Array(700).fill(list), { answers }))
    expect(incoming?.knownKeys.size).toBe(200)
    expect(rest).toEqual([])
  })
})
