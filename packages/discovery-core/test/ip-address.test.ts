import { isIPv6, SocketAddress } from 'node:net'
import { addressConcern, canonicalAddress } from '@pstorage/discovery-core'
import fc from 'fast-check'
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
    ['::ffff:c000:201', '192.0.2.1'],
    ['::ffff:0:0', '0.0.0.0'],
    ['::ffff:192.0.2.1%eth0', undefined],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['FE80::0:1%ETH-0.5', 'fe80::1%ETH-0.5'],
    ['fe80::1%', undefined],
    ['fe80::1%a b', undefined],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5::8', '1:2:3:4:5::8'],
    ['1:2:3:4:5:6::8', '1:2:3:4:5:6:0:8'],
    ['1::8:0', '1::8:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1::', '1::'],
    ['::192.0.2.1', '::192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    ['1:2:3:4:5:6:7:192.0.2.1', undefined],
    ['1:2:3:4::5:6:7:8', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    [':1:2:3:4:5:6:7:8', undefined],
    ['::1::', undefined],
    [':::', undefined],
    [':', undefined],
    ['1:', undefined],
    ['::12345', undefined],
    ['::00001', undefined],
    ['::g', undefined],
    ['::192.0.2', undefined],
    ['::192.0.2.01', undefined],
    ['::192.0.2.1:1', undefined],
    ['\u0661::1', undefined],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.01', undefined],
    ['host', undefined],
    ['', undefined],
  ])('%s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address)
  })
})

describe('canonicalAddress, for any text', () => {
  const group = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('0', '0000', 'ffff', '1', '00a', 'FF', '12345', 'g', '') },
    fc.nat(0xffff).map((value) => value.toString(16)),
  )
  const dotted = fc.oneof(fc.ipV4(), fc.constantFrom('1.2.3', '01.2.3.4', '256.1.1.1', '1.2.3.4.5'))
  const nearlyIPv6 = fc
    .tuple(fc.array(fc.tuple(group, fc.constantFrom(':', ':', ':', '::', ''))), fc.oneof(group, dotted))
    .map(([parts, last]) => parts.flat().join('') + last)
  const manyZeros = fc
    .array(fc.constantFrom('0', '0', 'ffff', '1'), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(':'))

  it('is what the system writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearlyIPv6, manyZeros, fc.string()), (text) => {
        fc.pre(!text.includes('%') && !/^[0-9.]*$/.test(text))
        const written = isIPv6(text) ? new SocketAddress({ address: text, family: 'ipv6' }).address : undefined
        expect(canonicalAddress(text)).toBe(written?.replace(/^::ffff:(?=.*\.)/, ''))
      }),
      { seed: 5952, numRuns: 20_000 },
    )
  })
})
