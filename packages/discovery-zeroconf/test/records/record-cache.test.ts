import { describe, expect, it } from 'vitest'
import {
  type AddressRecord,
  type MulticastRecord,
  type PointerRecord,
  recordSetKey,
  type ServiceRecord,
} from '../../src/records/multicast-record.js'
import { RecordCache } from '../../src/records/record-cache.js'

const host = ['mds1', 'local']
const limits = { records: 4_096, recordsPerName: 100 }

function address(text: string, changes: Partial<AddressRecord> = {}): AddressRecord {
  return { kind: 'A', host, address: text, ttl: 120, unique: true, ...changes }
}

function pointer(instance: string, changes: Partial<PointerRecord> = {}): PointerRecord {
  return { kind: 'PTR', instance, ttl: 4_500, unique: false, ...changes }
}

/** A cache that received these records, each at its time in milliseconds. */
function cacheOf(incoming: readonly (readonly [at: number, record: MulticastRecord])[]): RecordCache {
  const cache = new RecordCache(limits)
  for (const [at, record] of incoming) cache.add(record, '192.0.2.1', at)
  return cache
}

function addressesAt(cache: RecordCache, now: number): string[] {
  return cache.addresses(host, now).map(({ record }) => record.address)
}

describe('RecordCache', () => {
  it('tells new from known, by content', () => {
    const cache = new RecordCache(limits)
    expect(cache.add(address('192.0.2.1'), '192.0.2.1', 0).change).toBe('new')
    expect(cache.add(address('192.0.2.1', { host: ['MDS1', 'LOCAL'] }), '192.0.2.1', 1).change).toBe('known')
    expect(cache.add(address('192.0.2.2'), '192.0.2.1', 2).change).toBe('new')
    expect(addressesAt(cache, 3)).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('MD-28 keeps the first sender of a record', () => {
    const cache = new RecordCache(limits)
    cache.add(address('192.0.2.1'), '192.0.2.1', 0)
    cache.add(address('192.0.2.1'), '192.0.2.66', 1)
    expect(cache.addresses(host, 2).map(({ sender }) => sender)).toEqual(['192.0.2.1'])
  })

  it.each([
    ['MD-14 a record lives as long as it says', [[0, address('192.0.2.1', { ttl: 2 })]], 1_999, ['192.0.2.1']],
    ['MD-14 and no longer', [[0, address('192.0.2.1', { ttl: 2 })]], 2_000, []],
    [
      'MD-14 unless it is sent again',
      [
        [0, address('192.0.2.1', { ttl: 2 })],
        [1_000, address('192.0.2.1', { ttl: 2 })],
      ],
      2_500,
      ['192.0.2.1'],
    ],
    [
      'MD-13 a lifetime of 136 years is cut to two minutes for an address',
      [[0, address('192.0.2.1', { ttl: 2 ** 32 - 1 })]],
      120_000,
      [],
    ],
    [
      'MD-10 an address flushes none of the other family',
      [
        [0, address('2001:db8::1', { kind: 'AAAA' })],
        [1_500, address('192.0.2.2')],
      ],
      60_000,
      ['2001:db8::1', '192.0.2.2'],
    ],
    [
      'MD-12 a goodbye leaves a record one second',
      [
        [0, address('192.0.2.1')],
        [10, address('192.0.2.1', { ttl: 0 })],
      ],
      1_009,
      ['192.0.2.1'],
    ],
    [
      'MD-12 and no more',
      [
        [0, address('192.0.2.1')],
        [10, address('192.0.2.1', { ttl: 0 })],
      ],
      1_010,
      [],
    ],
    [
      'MD-12 however often it is repeated',
      [
        [0, address('192.0.2.1')],
        [10, address('192.0.2.1', { ttl: 0 })],
        [900, address('192.0.2.1', { ttl: 0 })],
      ],
      1_010,
      [],
    ],
    [
      'MD-12 a goodbye takes back nothing else',
      [
        [0, address('192.0.2.1')],
        [0, address('192.0.2.2')],
        [10, address('192.0.2.1', { ttl: 0 })],
      ],
      1_010,
      ['192.0.2.2'],
    ],
    [
      'MD-12 a host that is still there answers, and stays',
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
  ] as const)('%s', (_, incoming, now, expected) => {
    expect(addressesAt(cacheOf(incoming), now)).toEqual(expected)
  })

  it('MD-13 cuts a lifetime of 136 years to 75 minutes for a list of instances', () => {
    const cache = cacheOf([[0, pointer('mds1', { ttl: 2 ** 32 - 1 })]])
    expect(cache.pointers(4_499_999)).toHaveLength(1)
    expect(cache.pointers(4_500_000)).toHaveLength(0)
  })

  it.each([
    ['MD-12 a goodbye', address('192.0.2.1', { ttl: 0 })],
    ['MD-10 a contradiction', address('192.0.2.66')],
  ])('%s by another sender leaves a record ten seconds to be sent again', (_, hostile) => {
    const cache = cacheOf([[0, address('192.0.2.1')]])
    cache.add(hostile, '192.0.2.66', 5_000)
    expect(addressesAt(cache, 14_999)).toContain('192.0.2.1')
    expect(addressesAt(cache, 15_000)).not.toContain('192.0.2.1')
    cache.add(address('192.0.2.1'), '192.0.2.1', 14_000)
    expect(addressesAt(cache, 60_000)).toContain('192.0.2.1')
  })

  it('what others ask for twice without an answer is given ten seconds (RFC 6762 section 10.5)', () => {
    const cache = cacheOf([[0, address('192.0.2.1', { ttl: 120 })]])
    const setKey = recordSetKey(address('192.0.2.1'))
    const ask = (at: number, known: readonly string[] = []) => cache.observeQuery(setKey, 'A', new Set(known), at)
    expect(ask(500)).toBe(false)
    expect(ask(2_000, ['192.0.2.1'])).toBe(false)
    expect(ask(3_000)).toBe(false)
    expect(ask(3_900)).toBe(false)
    expect(ask(4_000)).toBe(true)
    expect(addressesAt(cache, 13_999)).toEqual(['192.0.2.1'])
    expect(addressesAt(cache, 14_000)).toEqual([])
  })

  it('MD-17 a flood does not take away what has stood for two seconds', () => {
    const cache = new RecordCache({ records: 100, recordsPerName: 10 })
    cache.add(pointer('mds1'), '192.0.2.1', 0)
    cache.add(address('192.0.2.1'), '192.0.2.1', 0)
    for (let index = 0; index < 1_000; index += 1) {
      cache.add(pointer(`flood ${index}`), '192.0.2.66', 2_000 + index)
      cache.add(address(`10.0.${index >> 8}.${index & 255}`), '192.0.2.66', 2_000 + index)
    }
    expect(cache.pointer('mds1', 3_000)).toBeDefined()
    expect(addressesAt(cache, 3_000)).toContain('192.0.2.1')
    expect(addressesAt(cache, 3_000)).toHaveLength(10)
  })

  it('MD-17 a flood that the process is too busy to receive in one go does not either', () => {
    const cache = new RecordCache({ records: 100, recordsPerName: 10 })
    cache.add(pointer('mds1'), '192.0.2.1', 0)
    cache.add(address('192.0.2.1'), '192.0.2.1', 0)
    for (let index = 0; index < 1_000; index += 1) {
      // Every hundredth comes after three seconds in which something else had the processor.
      const now = 2_000 + index + Math.floor(index / 100) * 3_000
      cache.add(pointer(`flood ${index}`), '192.0.2.66', now)
      cache.add(address(`10.0.${index >> 8}.${index & 255}`, { unique: false }), '192.0.2.66', now)
    }
    expect(cache.pointer('mds1', 30_000)).toBeDefined()
    expect(addressesAt(cache, 30_000)).toContain('192.0.2.1')
  })

  it('MD-18 after a flood, what has stood since is kept through the next one', () => {
    const cache = new RecordCache({ records: 100, recordsPerName: 10 })
    const flood = (round: number, at: number): void => {
      for (let index = 0; index < 300; index += 1) cache.add(pointer(`${round} ${index}`), '192.0.2.66', at + index)
    }
    flood(1, 0)
    cache.add(pointer('mds1', { ttl: 4_500 }), '192.0.2.1', 1_000)
    flood(2, 20_000)
    expect(cache.pointer('mds1', 21_000)).toBeDefined()
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
    expect(cache.add(pointer('mds2', { ttl: 0 }), '192.0.2.1', 1).change).toBe('nothing')
    expect(cache.add(pointer('MDS1', { ttl: 0 }), '192.0.2.1', 1).change).toBe('reconfirm')
    expect(cache.add(pointer('mds1', { ttl: 0 }), '192.0.2.1', 1_001).change).toBe('nothing')
  })

  it('MD-18 gives up what was received longest ago when it is full', () => {
    const cache = new RecordCache({ records: 3, recordsPerName: 100 })
    for (const name of ['a', 'b', 'c', 'a']) expect(cache.add(pointer(name), '192.0.2.1', 0).evicted).toBeUndefined()
    expect(cache.add(pointer('d'), '192.0.2.1', 1)).toMatchObject({
      change: 'new',
      evicted: { limit: 'records', record: { instance: 'b' } },
    })
    expect(cache.pointers(2).map(({ record }) => record.instance)).toEqual(['c', 'a', 'd'])
  })

  it('limits the records of one name, but not the list of instances', () => {
    const cache = new RecordCache({ records: 100, recordsPerName: 2 })
    cache.add(address('192.0.2.1'), '192.0.2.1', 0)
    cache.add(address('2001:db8::1', { kind: 'AAAA' }), '192.0.2.1', 0)
    expect(cache.add(address('192.0.2.3'), '192.0.2.1', 0)).toMatchObject({
      evicted: { limit: 'recordsPerName', record: { address: '192.0.2.1' } },
    })
    expect(addressesAt(cache, 1)).toEqual(['2001:db8::1', '192.0.2.3'])
    for (const name of ['a', 'b', 'c']) expect(cache.add(pointer(name), '192.0.2.1', 0).evicted).toBeUndefined()
  })

  it('knows which instances say that they run on a host', () => {
    const cache = new RecordCache(limits)
    const service = (instance: string, port: number, changes: Partial<ServiceRecord> = {}): ServiceRecord => {
      const life = { ttl: 120, unique: true }
      return { kind: 'SRV', instance, port, priority: 0, weight: 0, target: host, ...life, ...changes }
    }
    for (const record of [service('a', 1), service('A', 2), service('b', 1), service('c', 1, { target: ['x'] })]) {
      cache.add(record, '192.0.2.1', 0)
    }
    expect([...cache.instancesAt(['MDS1', 'local'])]).toEqual(['a', 'b'])
    cache.add(service('a', 1, { ttl: 0 }), '192.0.2.1', 0)
    cache.sweep(500)
    expect([...cache.instancesAt(host)]).toEqual(['a', 'b'])
    cache.add(service('a', 2, { ttl: 0 }), '192.0.2.1', 0)
    cache.add(service('b', 1, { ttl: 0 }), '192.0.2.1', 0)
    cache.sweep(1_000)
    expect([...cache.instancesAt(host)]).toEqual([])
  })
})
