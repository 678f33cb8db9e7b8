import type { Finding } from '@pstorage/discovery-core/checks'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { hostileWords, quotingFaults } from '@pstorage/testbed'
import { checkInterfaces } from '../../src/checks/interfaces.js'
import { checkLink, type LinkFacts } from '../../src/checks/link.js'
import type { HostInterface } from '../../src/link/host-interfaces.js'

const names = ['eth0', 'br-1', 'veth+', 'a b', '-x', '..'] as const
const model = 'placeholder'
const subnet = { address: '192.0.2.7', netmask: '255.255.255.0' }
const models = remediesOf(model)

/** Any name of an interface: every remedy about it has it as exactly one word, or does not have it, and shells run just that. */
export const target: FuzzTarget = {
  name: 'zeroconf-remedies',
  // Some run in shells.
  time: 1_000,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(names), random, hostileWords)),
  check(input) {
    const word = Buffer.from(input).toString('utf8')
    if (word === '') return false
    const remedies = remediesOf(word)
    const [fault] = quotingFaults(remedies, { word, model, models, isRun: input.length % 32 === 0 })
    if (fault !== undefined) throw new TypeError(fault)
    const isWildcard = remedies.some(({ text }) => text.startsWith('iptables') && word.endsWith('+'))
    if (isWildcard) throw new TypeError('opens the port on other interfaces too')
    return remedies.length === models.length
  },
}

/** The remedies of all checks about an interface of this name. */
function remediesOf(name: string) {
  const up: HostInterface = { name, loopback: false, up: true, multicast: true, ipv4: [subnet] }
  const networkInterface = { name, address: '192.0.2.7', loopback: false, subnets: [] }
  const link: LinkFacts = {
    networkInterface,
    error: undefined,
    refusal: undefined,
    notes: [],
    isLoopedBack: false,
    fault: undefined,
    answerers: [],
  }
  const codes = ['ENETUNREACH', 'EHOSTUNREACH', 'EPERM', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENODEV', 'EIO']
  const findings: readonly Finding[] = [
    ...[
      { ...up, up: false },
      { ...up, multicast: false },
      { ...up, ipv4: [] },
    ].flatMap((each) => [...checkInterfaces([each], [name])]),
    ...checkInterfaces([], [name]),
    ...[link, { ...link, isLoopedBack: true }, { ...link, isLoopedBack: true, fault: name }].flatMap((each) => [
      ...checkLink(each, 5353),
    ]),
    ...codes.flatMap((code) => [...checkLink({ ...link, error: { code, message: name } }, 5353)]),
  ]
  return findings.flatMap(({ remedies }) => remedies)
}
