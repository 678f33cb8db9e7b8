import { describe, expect, it } from 'vitest'
import type { AddressRecord, MulticastRecord, PointerRecord } from '../src/multicast-record.js'
import { RecordCache } from '../src/record-cache.js'

const host = ['mds1', 'local']
const limits = { records: 4_096, recordsPerName: 100 }

function address(text: string, changes: Partial<AddressRecord> = {}): AddressRecord {
  return { kind: 'A', host, address: text, ttl: 120, unique: true, ...changes }
}

function pointer(instance: string, changes: Partial<PointerRecord> = {}): PointerRecord {
  return { kind: 'PTR', instance, ttl: 4_500, unique: false, ...changes }
}

/** A cache that heard these records, each at its time in milliseconds. */
function cacheOf(heard: readonly (readonly [at: number, record: MulticastRecord])[]): RecordCache {
  const cache = new RecordCache(limits)
  for (const [at, record] of heard) cache.hear(record, '192.0.2.1', at)
  return cache
}

function addressesAt(cache: RecordCache, now: number): string[] {
  return cache.addresses(host, now).map(({ record }) => record.address)
}

describe('RecordCache', () => {
  it('tells new from known, by content', () => {
    const cache = new RecordCache(limits)
    expect(cache.hear(address('192.0.2.1'), '192.0.2.1', 0)).toBe('new')
    expect(cache.hear(address('192.0.2.1', { host: ['MDS1', 'LOCAL'] }), '192.0.2.1', 1)).toBe('known')
    expect(cache.hear(address('192.0.2.2'), '192.0.2.1', 2)).toBe('new')
    expect(addressesAt(cache, 3)).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('MD-28 keeps the first sender of a record', () => {
    const cache = new RecordCache(limits)
    cache.hear(address('192.0.2.1'), '192.0.2.1', 0)
    cache.hear(address('192.0.2.1'), '192.0.2.66', 1)
    expect(cache.addresses(host, 2).map(({ sender }) => sender)).toEqual(['192.0.2.1'])
  })

  it.each([
    ['MD-14 a record lives as long as it says', [[0, address('192.0.2.1', { ttl: 2 })]], 1_999, ['192.0.2.1']],
    ['MD-14 and no longer', [[0, address('192.0.2.1', { ttl: 2 })]], 2_000, []],
    [
      'MD-14 unless it is told again',
      [
        [0, address('192.0.2.1', { ttl: 2 })],
        [1_000, address('192.0.2.1', { ttl: 2 })],
      ],
      2_500,
      ['192.0.2.1'],
    ],
    [
      'MD-13 a lifetime of 136 years is cut to 75 minutes',
      [[0, address('192.0.2.1', { ttl: 2 ** 32 - 1 })]],
      4.5e6,
      [],
    ],
    [
      'MD-12 a goodbye takes a record back',
      [
        [0, address('192.0.2.1')],
        [10, address('192.0.2.1', { ttl: 0 })],
      ],
      10,
      [],
    ],
    [
      'MD-12 a goodbye takes back nothing else',
      [
        [0, address('192.0.2.1')],
        [0, address('192.0.2.2')],
        [10, address('192.0.2.1', { ttl: 0 })],
      ],
      10,
      ['192.0.2.2'],
    ],
    [
      'MD-12 who is still there says so, and is',
      [
        [0, address('192.0.2.1')],
        [10, address('192.0.2.1', { ttl: 0 })],
        [20, address('192.0.2.1')],
      ],
      2_000,
      ['192.0.2.1'],
    ],
    [
      'MD-10 what a unique record contradicts lives on for a second',
      [
        [0, address('192.0.2.1')],
        [1_500, address('192.0.2.2')],
      ],
      2_499,
      ['192.0.2.1', '192.0.2.2'],
    ],
    [
      'MD-10 and is gone then',
      [
        [0, address('192.0.2.1')],
        [1_500, address('192.0.2.2')],
      ],
      2_500,
      ['192.0.2.2'],
    ],
    [
      'MD-10 records of one burst do not flush each other',
      [
        [0, address('192.0.2.1')],
        [1_000, address('192.0.2.2')],
      ],
      60_000,
      ['192.0.2.1', '192.0.2.2'],
    ],
    [
      'MD-10 a record without the bit flushes nothing',
      [
        [0, address('192.0.2.1')],
        [1_500, address('192.0.2.2', { unique: false })],
      ],
      60_000,
      ['192.0.2.1', '192.0.2.2'],
    ],
  ] as const)('%s', (_, heard, now, expected) => {
    expect(addressesAt(cacheOf(heard), now)).toEqual(expected)
  })

  it('MD-11 ignores the cache-flush bit of the shared PTR records', () => {
    const cache = cacheOf([
      [0, pointer('mds1')],
      [5_000, pointer('mds2', { unique: true })],
    ])
    expect(cache.pointers(60_000).map(({ record }) => record.instance)).toEqual(['mds1', 'mds2'])
  })

  it('says what a goodbye did', () => {
    const cache = cacheOf([[0, pointer('mds1')]])
    expect(cache.hear(pointer('mds2', { ttl: 0 }), '192.0.2.1', 1)).toBe('nothing')
    expect(cache.hear(pointer('MDS1', { ttl: 0 }), '192.0.2.1', 1)).toBe('gone')
    expect(cache.hear(pointer('mds1', { ttl: 0 }), '192.0.2.1', 1)).toBe('nothing')
  })

  it('MD-18 refuses what is new when it is full, and keeps what it has', () => {
    const cache = new RecordCache({ records: 3, recordsPerName: 100 })
    for (const name of ['a', 'b', 'c']) expect(cache.hear(pointer(name), '192.0.2.1', 0)).toBe('new')
    expect(cache.hear(pointer('d'), '192.0.2.1', 0)).toBe('records')
    expect(cache.hear(pointer('a'), '192.0.2.1', 1)).toBe('known')
    expect(cache.pointers(2).map(({ record }) => record.instance)).toEqual(['a', 'b', 'c'])
  })

  it('makes room by what has expired or left', () => {
    const cache = new RecordCache({ records: 2, recordsPerName: 100 })
    cache.hear(pointer('a', { ttl: 1 }), '192.0.2.1', 0)
    cache.hear(pointer('b'), '192.0.2.1', 0)
    expect(cache.hear(pointer('c'), '192.0.2.1', 1_000)).toBe('new')
    cache.hear(pointer('b', { ttl: 0 }), '192.0.2.1', 1_001)
    expect(cache.hear(pointer('d'), '192.0.2.1', 1_002)).toBe('new')
    expect(cache.hear(pointer('e'), '192.0.2.1', 1_003)).toBe('records')
  })

  it('limits the records of one name, but not the list of instances', () => {
    const cache = new RecordCache({ records: 100, recordsPerName: 2 })
    expect(cache.hear(address('192.0.2.1'), '192.0.2.1', 0)).toBe('new')
    expect(cache.hear(address('2001:db8::1', { kind: 'AAAA' }), '192.0.2.1', 0)).toBe('new')
    expect(cache.hear(address('192.0.2.3'), '192.0.2.1', 0)).toBe('recordsPerName')
    for (const name of ['a', 'b', 'c']) expect(cache.hear(pointer(name), '192.0.2.1', 0)).toBe('new')
  })
})
