import { describe, expect, it } from 'vitest'
import { checkLink, type LinkFacts } from '../../src/checks/link.js'

const networkInterface = { name: 'eth0', address: '192.0.2.10', loopback: false, subnets: [] }
const fine: LinkFacts = {
  networkInterface,
  error: undefined,
  refusal: undefined,
  notes: [],
  isLoopedBack: true,
  fault: undefined,
  answerers: ['192.0.2.21'],
}
const notReceived = 'what was sent over IPv6 did not come back to this host'

describe('checkLink', () => {
  it.each([
    ['nothing is amiss', {}, ['zeroconf-loopback ok', 'zeroconf-answers ok']],
    ['nothing comes back', { isLoopedBack: false, fault: notReceived }, ['zeroconf-loopback error']],
    ['one IP version does not come back', { fault: notReceived }, ['zeroconf-loopback error', 'zeroconf-answers ok']],
    [
      'one IP version cannot be used',
      { notes: ['not over IPv6: no route'], fault: 'no route' },
      ['zeroconf-loopback warning', 'zeroconf-loopback ok', 'zeroconf-answers ok'],
    ],
    ['no host answers', { answerers: [] }, ['zeroconf-loopback ok', 'zeroconf-answers notice']],
  ] satisfies (readonly [string, Partial<LinkFacts>, readonly string[]])[])('%s', (_, changes, expected) => {
    const findings = [...checkLink({ ...fine, ...changes }, 5353)]
    expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual(expected)
  })

  it('says which IP version does not come back, and how to let it in', () => {
    const [finding] = [...checkLink({ ...fine, fault: notReceived }, 5353)]
    expect(finding?.seen).toBe(notReceived)
    expect(finding?.remedies.map(({ software }) => software)).toEqual(['nft', 'iptables', 'firewalld'])
  })

  it('has no command for a name that iptables reads as many', () => {
    const other = { ...networkInterface, name: 'eth+' }
    const [finding] = [...checkLink({ ...fine, networkInterface: other, isLoopedBack: false }, 5353)]
    expect(finding?.remedies.map(({ software }) => software)).toEqual(['firewalld'])
  })
})
