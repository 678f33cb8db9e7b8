import { describe, expect, it } from 'vitest'
import { checkInterfaces } from '../../src/checks/interfaces.js'
import { checkPort, socketsOn } from '../../src/checks/port.js'
import type { HostInterface } from '../../src/link/host-interfaces.js'

const eth0: HostInterface = {
  name: 'eth0',
  loopback: false,
  up: true,
  multicast: true,
  ipv4: [{ address: '192.0.2.7', netmask: '255.255.255.0' }],
}
const lo: HostInterface = {
  ...eth0,
  name: 'lo',
  loopback: true,
  ipv4: [{ address: '127.0.0.1', netmask: '255.0.0.0' }],
}

describe('the check of interfaces', () => {
  it.each([
    { id: 'fine', host: [lo, eth0], wanted: undefined, expected: [['eth0', 'ok', undefined]] },
    {
      id: 'loopback alone',
      host: [lo],
      wanted: undefined,
      expected: [['this host', 'error', 'ip link']],
    },
    {
      id: 'no multicast',
      host: [lo, { ...eth0, multicast: false }],
      wanted: undefined,
      expected: [['eth0', 'error', 'ip link set dev eth0 multicast on']],
    },
    {
      id: 'a backslash in its name',
      host: [lo, { ...eth0, name: 'a\\b', up: false }],
      wanted: undefined,
      expected: [['a\\\\b', 'error', "ip link set dev 'a\\b' up"]],
    },
    {
      id: 'down, beside one that is up',
      host: [eth0, { ...eth0, name: 'eth1', up: false }],
      wanted: undefined,
      expected: [
        ['eth0', 'ok', undefined],
        ['eth1', 'notice', 'ip link set dev eth1 up'],
      ],
    },
    {
      id: 'no address, and queried',
      host: [eth0, { ...eth0, name: 'eth1', ipv4: [] }],
      wanted: ['eth0', 'eth1'],
      expected: [
        ['eth0', 'ok', undefined],
        ['eth1', 'warning', 'ip address show dev eth1'],
      ],
    },
  ])('says what each can do: $id', ({ host, wanted, expected }) => {
    const findings = [...checkInterfaces(host, wanted)]
    expect(findings.map(({ subject, level, remedies }) => [subject, level, remedies[0]?.text])).toEqual(expected)
  })
})

describe('the check of the port', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  309: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000   108        0 21487 2 0000000000000000 0
  400: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31000 2 0000000000000000 0
`

  it('reads which sockets are on it', () => {
    expect(socketsOn(table, 5353)).toEqual(['21487'])
    expect(socketsOn(table, 53)).toEqual(['31000'])
    expect(socketsOn('', 5353)).toEqual([])
  })

  it.each([
    { id: 'nobody', holders: [], hidden: 0, isSupported: true, refusal: undefined, level: 'ok', checked: true },
    {
      id: 'shared',
      holders: [{ pid: 7, name: 'avahi-daemon' }],
      hidden: 0,
      isSupported: true,
      refusal: undefined,
      level: 'ok',
      checked: true,
    },
    {
      id: 'kept',
      holders: [{ pid: 7, name: 'avahi-daemon' }],
      hidden: 0,
      isSupported: true,
      refusal: 'EADDRINUSE',
      level: 'warning',
      checked: true,
    },
    {
      id: 'kept by who knows',
      holders: [],
      hidden: 1,
      isSupported: true,
      refusal: 'EADDRINUSE',
      level: 'warning',
      checked: true,
    },
    { id: 'not sent', holders: [], hidden: 0, isSupported: false, refusal: undefined, level: 'notice', checked: false },
  ] as const)('says who has it: $id', ({ holders, hidden, isSupported, refusal, level, checked }) => {
    const [found, ...others] = checkPort(5353, { holders, hidden, isSupported }, refusal)
    expect(others).toEqual([])
    expect(found).toMatchObject({ level, checked })
    if (holders.length > 0) expect(found?.seen).toContain('avahi-daemon (process 7)')
  })
})
