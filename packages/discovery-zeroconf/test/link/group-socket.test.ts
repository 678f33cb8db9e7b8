import { describe, expect, it } from 'vitest'
import { joinedInterfaces } from '../../src/link/group-socket.js'
import { familiesOf } from '../../src/link/multicast-interface.js'

/** As Linux shows it; the groups of an interface follow it. */
const TABLE = `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
2\teth0      :     2      V3
\t\t\t\tFB0000E0     1 0:00000000\t\t0
\t\t\t\t010000E0     1 0:00000000\t\t0
17\tvery-long-name1: 2      V2
\t\t\t\t010000E0     1 0:00000000\t\t0
\t\t\t\tFB0000E0     3 0:00000000\t\t0
`

describe('joinedInterfaces', () => {
  it.each([
    ['the group of multicast DNS', '224.0.0.251', { eth0: 2, 'very-long-name1': 17 }],
    ['one that all are in', '224.0.0.1', { lo: 1, eth0: 2, 'very-long-name1': 17 }],
    ['one that no host is in', '224.0.0.252', {}],
  ])('%s', (_, group, expected) => {
    expect(Object.fromEntries(joinedInterfaces(TABLE, group))).toEqual(expected)
  })

  it('on a host with the other byte order', () => {
    const table = TABLE.replaceAll('FB0000E0', 'E00000FB')
    expect(Object.fromEntries(joinedInterfaces(table, '224.0.0.251'))).toEqual({ eth0: 2, 'very-long-name1': 17 })
  })
})

describe('familiesOf', () => {
  const networkInterface = { name: 'eth0', address: '192.0.2.10', loopback: false, subnets: [], ipv6: 'fe80::10' }

  it.each([
    ['linux', ['224.0.0.251', 'ff02::fb%eth0']],
    ['darwin', ['0.0.0.0', '::']],
    ['win32', ['0.0.0.0', '::']],
  ] as const)('on %s, sockets are bound to %j', (platform, expected) => {
    expect(familiesOf(networkInterface, platform).map(({ receivingAddress }) => receivingAddress)).toEqual(expected)
  })

  it('tells the addresses of the interface itself, with the zone where there is one', () => {
    const own = (ipv6: string) => familiesOf({ ...networkInterface, ipv6 }).map(({ ownAddress }) => ownAddress)
    expect(own('fe80::10')).toEqual(['192.0.2.10', 'fe80::10%eth0'])
    expect(own('2001:db8::10')).toEqual(['192.0.2.10', '2001:db8::10'])
  })
})
