import { describe, expect, it } from 'vitest'
import { hostLabel, instanceLabel } from '../../src/announce/service-names.js'
import { instanceCluster } from '../../src/records/instance-cluster.js'

describe('instanceText', () => {
  it.each([
    ['my-cluster', ' on node1', 1, 'my-cluster on node1'],
    ['my-cluster', ' on node1', 2, 'my-cluster on node1 (2)'],
    ['my-cluster', ' at 192.0.2.1:2510', 1, 'my-cluster at 192.0.2.1:2510'],
    ['my-cluster', ' on Größe', 3, 'my-cluster on Größe (3)'],
    ['x'.repeat(63), ' on node1', 1, `${'x'.repeat(54)} on node1`],
    ['x'.repeat(63), ` on ${'y'.repeat(63)}`, 12, `${'x'.repeat(38)} on ${'y'.repeat(16)} (12)`],
    ['my-cluster', ` on ${'y'.repeat(80)}`, 1, `my-cluster on ${'y'.repeat(49)}`],
    ['x'.repeat(40), ` on ${'ö'.repeat(40)}`, 1, `${'x'.repeat(40)} on ${'ö'.repeat(9)}`],
  ])('%s, %s, %i', (cluster, place, number, expected) => {
    const text = instanceLabel(cluster, place, number)
    expect(text).toBe(expected)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(63)
  })

  it('is never taken for the name of a cluster, should its TXT record be lost', () => {
    const text = instanceLabel('x'.repeat(63), ' on node1', 2)
    expect(instanceCluster(text, { cluster: null }).name).toBeUndefined()
  })
})

describe('hostLabel', () => {
  it.each([
    ['node1', 1, 'pstorage-node1'],
    ['node1', 2, 'pstorage-node1-2'],
    ['192-0-2-1', 1, 'pstorage-192-0-2-1'],
    ['Größe 7', 1, 'pstorage-Gr-e-7'],
    ['---', 1, 'pstorage-host'],
    ['y'.repeat(80), 12, `pstorage-${'y'.repeat(51)}-12`],
  ])('%s, %i', (base, number, expected) => {
    expect(hostLabel(base, number)).toBe(expected)
    expect(expected.length).toBeLessThanOrEqual(63)
  })
})
