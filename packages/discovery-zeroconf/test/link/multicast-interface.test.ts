import { describe, expect, it } from 'vitest'
import { interfaceKey, isOnLink, type MulticastInterface } from '../../src/link/multicast-interface.js'

const eth0: MulticastInterface = {
  name: 'eth0',
  address: '192.0.2.10',
  ipv6: 'fe80::10',
  loopback: false,
  index: 2,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
    { address: '2001:db8:1::10', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
}
const lo: MulticastInterface = { name: 'lo', address: '127.0.0.1', loopback: true, subnets: [] }

describe('isOnLink (MD-3)', () => {
  it.each([
    ['192.0.2.99', true],
    ['192.0.3.99', false],
    ['fe80::99%eth0', true],
    ['fe80::99%eth1', false],
    ['2001:db8:1::99', true],
    ['2001:db8:1:0:ffff::', true],
    ['2001:db8:2::99', false],
    ['::ffff:192.0.2.99', false],
    ['127.0.0.1', false],
    ['::1', false],
    ['', false],
    ['mds1.local', false],
  ])('%s: %s', (address, expected) => {
    expect(isOnLink(eth0, address)).toBe(expected)
  })

  it.each(['127.0.0.1', '127.8.8.8', '::1'])('%s is on loopback', (address) => {
    expect(isOnLink(lo, address)).toBe(true)
  })
})

describe('interfaceKey (MD-33)', () => {
  it.each([
    ['another index', { index: 3 }],
    ['another address', { address: '192.0.2.11' }],
    ['another IPv6 address', { ipv6: 'fe80::11' }],
    ['one subnet less', { subnets: eth0.subnets.slice(1) }],
    ['another name', { name: 'eth1' }],
  ])('differs by %s', (_, changes) => {
    expect(interfaceKey({ ...eth0, ...changes })).not.toBe(interfaceKey(eth0))
    expect(interfaceKey({ ...eth0 })).toBe(interfaceKey(eth0))
  })
})
