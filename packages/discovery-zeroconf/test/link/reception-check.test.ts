import { describe, expect, it } from 'vitest'
import { ReceptionCheck } from '../../src/link/reception-check.js'

const networkInterface = {
  name: 'eth0',
  address: '192.0.2.10',
  loopback: false,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
}
const [own, near, far] = ['192.0.2.10', '192.0.2.21', '203.0.113.9']
const broken = new Error('send EPERM')

type Step = readonly ['sent', at: number] | readonly ['failed', at: number] | readonly ['received', from: string]

function checked(steps: readonly Step[]): ReceptionCheck {
  let now = 0
  const check = new ReceptionCheck(networkInterface, 'IPv4', () => now)
  for (const step of steps) {
    if (step[0] === 'received') {
      check.received({ address: step[1], port: 5353 })
      continue
    }
    now = step[1]
    check.sent(step[0] === 'sent' ? null : broken)
  }
  return check
}

describe('ReceptionCheck', () => {
  const later = [20_000, 40_000, 60_000]

  it.each([
    ['nothing was sent', []],
    [
      'what was sent comes back',
      [
        ['sent', 20],
        ['received', own],
      ],
    ],
    [
      'it comes back over IPv6',
      [
        ['sent', 20],
        ['received', 'fe80::10%eth0'],
      ],
    ],
    [
      'the first does not come back, and the second does',
      [
        ['sent', 20],
        ['sent', 1_020],
        ['received', own],
      ],
    ],
    [
      'the second does not come back any more',
      [
        ['sent', 20],
        ['received', own],
        ['sent', 1_020],
      ],
    ],
    [
      'a host on the link is received',
      [
        ['sent', 20],
        ['received', near],
      ],
    ],
    [
      'a host was received before anything was sent',
      [
        ['received', near],
        ['sent', 20],
      ],
    ],
    ['many messages are lost together', [['received', own], ...[0, 1, 2, 3].map((at) => ['sent', at] as const)]],
    [
      'one could be sent, and not the next',
      [
        ['sent', 20],
        ['received', own],
        ['failed', 1_020],
      ],
    ],
  ] satisfies (readonly [string, readonly Step[]])[])('has no doubt where %s', (_, steps) => {
    expect(checked(steps)).toMatchObject({ fault: undefined, isLost: false })
  })

  it.each([
    ['the only one does not come back', [['sent', 20]], false],
    [
      'none comes back',
      [
        ['sent', 20],
        ['sent', 1_020],
      ],
      false,
    ],
    [
      'only another hostwhere is received',
      [
        ['sent', 20],
        ['received', far],
      ],
      false,
    ],
    [
      'something comes back on another link',
      [
        ['sent', 20],
        ['received', 'fe80::10%eth1'],
      ],
      false,
    ],
    ['nothing comes back from some time on', [['received', own], ...later.map((at) => ['sent', at] as const)], true],
  ] satisfies (readonly [string, readonly Step[], boolean])[])('has one where %s', (_, steps, isLost) => {
    expect(checked(steps).fault).toMatchObject({
      code: 'ERR_MULTICAST_NOT_RECEIVED',
      message: 'what was sent over IPv4 did not come back to this host',
    })
    expect(checked(steps).isLost).toBe(isLost)
  })

  it('says why nothing could be sent', () => {
    expect(
      checked([
        ['failed', 20],
        ['failed', 1_020],
      ]).fault,
    ).toBe(broken)
  })
})
