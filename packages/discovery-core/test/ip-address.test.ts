import { addressConcern, canonicalAddress } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('addressConcern', () => {
  it.each([
    ['0.0.0.0', 'refuse'],
    ['0.1.2.3', 'refuse'],
    ['224.0.0.251', 'refuse'],
    ['239.255.255.255', 'refuse'],
    ['240.0.0.1', 'refuse'],
    ['255.255.255.255', 'refuse'],
    ['127.0.0.1', 'warn'],
    ['169.254.1.1', 'warn'],
    ['::', 'refuse'],
    ['ff02::fb', 'refuse'],
    ['::1', 'warn'],
    ['fe80::1', 'warn'],
    ['fe80::1%eth0', undefined],
    ['10.0.0.1', undefined],
    ['192.0.2.1', undefined],
    ['2001:db8::1', undefined],
    ['f00::1', undefined],
  ])('DNS-38 BS-10 %s: %s', (address, level) => {
    expect(addressConcern(address)?.level).toBe(level)
  })
})

describe('canonicalAddress', () => {
  it.each([
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.01', undefined],
    ['host', undefined],
    ['', undefined],
  ])('%s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address)
  })
})
