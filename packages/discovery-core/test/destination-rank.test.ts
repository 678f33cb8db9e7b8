import { describe, expect, it } from 'vitest'
import { destinationRank } from '../src/model/destination-rank.js'

const [ipv4, global, uniqueLocal, linkLocal] = ['198.51.100.1', '2001:db8::1', 'fd00::1', 'fe80::1%eth0']
const ofHost = [ipv4, uniqueLocal, linkLocal, global]
const loopback = ['127.0.0.1', '::1']

describe('CONF-4 RFC 6724 the order of the addresses of one host', () => {
  it.each([
    ['IPv4 alone', ['192.0.2.10'], [ipv4, global, uniqueLocal, linkLocal]],
    ['IPv4, and IPv6 on the link only', ['192.0.2.10', 'fe80::10'], [ipv4, linkLocal, global, uniqueLocal]],
    ['both', ['192.0.2.10', 'fe80::10', '2001:db8::10'], [global, ipv4, uniqueLocal, linkLocal]],
    ['both, with unique local IPv6', ['192.0.2.10', 'fd00::10', 'fe80::10'], [ipv4, uniqueLocal, global, linkLocal]],
    ['all kinds', ['192.0.2.10', 'fd00::10', '2001:db8::10'], [global, ipv4, uniqueLocal, linkLocal]],
    ['IPv6 alone', ['2001:db8::10'], [global, uniqueLocal, linkLocal, ipv4]],
    ['link-local IPv4', ['169.254.1.2'], [ipv4, global, uniqueLocal, linkLocal]],
    ['nothing', [], [global, ipv4, uniqueLocal, linkLocal]],
  ])('from a host with %s', (_, sources, expected) => {
    const rank = (address: string): number => destinationRank(address, [...loopback, ...sources])
    expect(ofHost.toSorted((a, b) => rank(a) - rank(b))).toEqual(expected)
  })

  it.each([
    ['2001:0:1::1', global],
    ['2001::1', global],
    ['2002:c000:201::1', global],
    ['169.254.1.1', ipv4],
  ])('%s comes after %s', (address, before) => {
    const sources = ['192.0.2.10', '2001:db8::10']
    expect(destinationRank(address, sources)).toBeGreaterThan(destinationRank(before, sources))
  })

  it('2001:1::1 is no Teredo address', () => {
    expect(destinationRank('2001:1::1', ['2001:db8::10'])).toBe(destinationRank(global, ['2001:db8::10']))
  })

  it.each(loopback)('%s is usable everywhere', (address) => {
    expect(destinationRank(address, [])).toBeLessThan(destinationRank(global, []))
  })

  it('equals keep their order: the rank does not depend on the rest of the address', () => {
    expect(destinationRank('198.51.100.1', ['192.0.2.10'])).toBe(destinationRank('192.0.2.11', ['192.0.2.10']))
  })
})
