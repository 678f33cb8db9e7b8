import { describe, expect, it } from 'vitest'
import { clusterListZone, clusterZone } from '../src/index.js'

const head = ['$TTL 3600', '@ SOA ns rname.invalid. 1 18000 600 86400 10800', '@ NS ns', 'ns A 127.0.0.1']

describe('clusterZone', () => {
  it('gives the clusters the hosts in turn', () => {
    expect(clusterZone({ clusters: 3, hosts: 2 }).split('\n')).toEqual([
      ...head,
      'mds-1 A 198.18.0.0',
      'mds-2 A 198.18.0.1',
      '_pstorage._tcp.cluster-1 SRV 0 1 2510 mds-1',
      '_pstorage._tcp.cluster-2 SRV 0 1 2510 mds-2',
      '_pstorage._tcp.cluster-3 SRV 0 1 2510 mds-1',
      '',
    ])
  })

  it('has an address for each of 65,536 hosts', () => {
    const addresses = clusterZone({ clusters: 0, hosts: 65_536 }).match(/198\.18\.\d+\.\d+/g)
    expect(new Set(addresses).size).toBe(65_536)
    expect(addresses?.at(-1)).toBe('198.18.255.255')
  })
})

describe('clusterListZone', () => {
  it.each([
    [0, []],
    [1, ['pstorage_clusters TXT "cluster-1"']],
    [2, ['pstorage_clusters TXT "cluster-1,cluster-2"']],
  ])('lists %i clusters', (clusters, lines) => {
    expect(clusterListZone({ clusters }).split('\n')).toEqual([...head, ...lines, ''])
  })

  it('keeps strings to 255 octets, and loses no cluster', () => {
    const text = clusterListZone({ clusters: 10_000 })
    const strings = [...text.matchAll(/"([^"]*)"/g)].map(([, string = '']) => string)
    expect(Math.max(...strings.map((string) => string.length))).toBeLessThanOrEqual(255)
    expect(strings.join(',').split(',')).toEqual(Array.from({ length: 10_000 }, (_, index) => `cluster-${index + 1}`))
  })
})
