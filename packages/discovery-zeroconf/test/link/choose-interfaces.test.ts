import { describe, expect, it } from 'vitest'
import { chooseInterfaces } from '../../src/link/choose-interfaces.js'
import { networkInterface } from '../simulated-medium.js'

const eth0 = networkInterface('eth0', '192.0.2.10')
const eth1 = networkInterface('eth1', '198.51.100.10', {
  ipv4: [
    { address: '198.51.100.10', netmask: '255.255.255.0' },
    { address: '203.0.113.10', netmask: '255.255.255.0' },
  ],
})
const lo = networkInterface('lo', '127.0.0.1', { loopback: true, multicast: false })
const venet0 = networkInterface('venet0', '192.0.2.11', { multicast: false })
const down = networkInterface('wlan0', '', { up: false, ipv4: [] })
const bare = networkInterface('br0', '', { ipv4: [] })
const unknown = networkInterface('en0', '192.0.2.12', { multicast: undefined })
const linkLocal = { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' }
const global = { address: '2001:db8::10', netmask: 'ffff:ffff:ffff:ffff::' }
const six = networkInterface('eth6', '', { ipv4: [], ipv6: [global, linkLocal] })
const both = networkInterface('eth46', '192.0.2.46', { ipv6: [linkLocal] })
const lo6 = networkInterface('lo', '127.0.0.1', {
  loopback: true,
  multicast: false,
  ipv6: [{ address: '::1', netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' }],
})
const host = [lo, eth0, eth1, venet0, down, bare]

/** `interface address` of the usable, and the codes of the refusals. */
function chosen(...[interfaces, wanted]: Parameters<typeof chooseInterfaces>): readonly string[] {
  const { usable, refusals } = chooseInterfaces(interfaces, wanted)
  const refused = refusals.map(({ wanted, error }) => `${wanted}: ${error.code}`)
  return [...usable.map(({ name, address }) => `${name} ${address}`), ...refused]
}

describe('chooseInterfaces', () => {
  it.each([
    ['MD-37 every one that can multicast, never loopback', host, undefined, ['eth0 192.0.2.10', 'eth1 198.51.100.10']],
    ['one whose flags the system does not tell', [lo, unknown], undefined, ['en0 192.0.2.12']],
    ['by name', host, ['eth1'], ['eth1 198.51.100.10']],
    ['by address', host, ['203.0.113.10'], ['eth1 203.0.113.10']],
    ['MD-37 loopback by name', host, ['lo'], ['lo 127.0.0.1']],
    ['MD-37 loopback by address', host, ['127.0.0.1'], ['lo 127.0.0.1']],
    ['each once', host, ['eth0', '192.0.2.10', 'eth0'], ['eth0 192.0.2.10']],
    [
      'some that there are and one that there is not',
      host,
      ['eth0', 'eth9'],
      ['eth0 192.0.2.10', 'eth9: ERR_INTERFACE_NOT_FOUND'],
    ],
    ['an address that no host has', host, ['192.0.2.99'], ['192.0.2.99: ERR_INTERFACE_NOT_FOUND']],
    ['MD-30 one without the MULTICAST flag', host, ['venet0'], ['venet0: ERR_INTERFACE_NO_MULTICAST']],
    ['one that is down', host, ['wlan0'], ['wlan0: ERR_INTERFACE_DOWN']],
    ['one without an address', host, ['br0'], ['br0: ERR_INTERFACE_NO_ADDRESS']],
    ['MD-29 none that can multicast', [lo, venet0, down], undefined, ['null: ERR_NO_INTERFACE']],
    ['MD-29 only loopback', [lo], undefined, ['null: ERR_NO_INTERFACE']],
    ['MD-29 nothing at all', [], undefined, ['null: ERR_NO_INTERFACE']],
  ])('%s', (_, interfaces, wanted, expected) => {
    expect(chosen(interfaces, wanted)).toEqual(expected)
  })

  it.each([
    ['IPv6 alone, by its link-local address', [six], undefined, 'fe80::10', 'fe80::10'],
    ['both, named by IPv4', [both], undefined, '192.0.2.46', 'fe80::10'],
    ['by its IPv6 address, with or without a zone', [eth0, six], ['fe80::10%eth6'], 'fe80::10', 'fe80::10'],
    ['MD-37 loopback over IPv4 alone', [lo6], ['lo'], '127.0.0.1', undefined],
  ])('takes one with %s', (_, interfaces, wanted, address, ipv6) => {
    expect(chooseInterfaces(interfaces, wanted).usable).toMatchObject([{ address }])
    expect(chooseInterfaces(interfaces, wanted).usable[0]?.ipv6).toBe(ipv6)
  })

  it('takes everything on the link of an interface as near', () => {
    expect(chooseInterfaces(host, ['203.0.113.10']).usable[0]?.subnets).toEqual(eth1.ipv4)
  })

  it('MD-29 names each interface and its reason where none can multicast', () => {
    const [refusal] = chooseInterfaces([lo, venet0, down, bare]).refusals
    expect(refusal?.error.message).toBe(
      'no interface can multicast: venet0 has no MULTICAST flag, as in containers with IP-based routing; ' +
        'wlan0 is down; br0 has no address, or no carrier',
    )
  })

  it('lists the interfaces that there are, where one is not found, with its name escaped in the error', () => {
    const [refusal] = chooseInterfaces([lo, eth1, down], ['eth\u001b']).refusals
    expect(refusal?.wanted).toBe('eth\u001b')
    expect(refusal?.error.message).toBe(
      "no interface has the name or address 'eth\\x1b'; " +
        'there are: lo 127.0.0.1, eth1 198.51.100.10 203.0.113.10, wlan0',
    )
  })
})
