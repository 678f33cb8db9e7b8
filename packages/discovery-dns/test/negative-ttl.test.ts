import { RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { negativeTtlOf, rrsetOf } from '../src/reply/rrset.js'
import { cname, message, name, ns, record, soa } from './records.js'

const asked = 'a.pstorage.test'
const authority = (ttl: number, minimum = 300, owner = 'pstorage.test'): ResourceRecord => {
  return record(owner, soa(1, minimum), { ttl })
}

describe('negativeTtlOf', () => {
  it.each([
    ['the MINIMUM, where that is less', [authority(3_600)], 300],
    ['the TTL, where that is less', [authority(60)], 60],
    ['0', [authority(0)], 0],
    ['three hours at most', [authority(86_400, 86_400)], 10_800],
    ['0 for a TTL above 2^31 - 1', [authority(0x8000_0000)], 0],
    ['0 for a MINIMUM above 2^31 - 1', [authority(60, 0xffff_ffff)], 0],
    ['nothing without SOA', [], undefined],
    ['nothing by other records', [record('pstorage.test', ns('ns.test'))], undefined],
    ['nothing by the SOA of a zone that does not hold the name', [authority(60, 300, 'other.test')], undefined],
    ['nothing by the SOA of another class', [{ ...authority(60), class: 3 }], undefined],
    ['the SOA that counts among others', [authority(1, 1, 'other.test'), authority(60)], 60],
  ] as const)('DNS-19: %s', (_, authorities, expected) => {
    expect(negativeTtlOf(message(asked, RecordType.SRV, { authorities }), name(asked))).toBe(expected)
  })
})

describe('rrsetOf', () => {
  it('DNS-19: a "no" behind an alias holds no longer than the alias', () => {
    const parts = { answers: [record(asked, cname('b.pstorage.test'), { ttl: 7 })], authorities: [authority(60)] }
    expect(rrsetOf(message(asked, RecordType.SRV, parts), name(asked), RecordType.SRV)).toMatchObject({
      kind: 'none',
      negativeTtl: 7,
    })
  })
})
