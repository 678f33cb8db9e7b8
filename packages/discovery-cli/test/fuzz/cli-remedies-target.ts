import { type ClusterName, formatEndpoint, parseClusterName, type ResolveReport } from '@pstorage/discovery-core'
import { firewallLooks, type Remedy } from '@pstorage/discovery-core/checks'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { hostileWords, quotingFaults, shellFaults, splitCommands } from '@pstorage/testbed'
import { checkSearchDomains } from '../../src/args/option-checks.js'
import { parseCommandLine } from '../../src/commands/parse-command-line.js'
import { checkAgreement } from '../../src/doctor/agreement.js'
import { checkNetwork } from '../../src/doctor/network.js'
import { UsageError } from '../../src/exit-codes.js'

const starts = ['eth0', 'fe80::1%eth0', 'example', '192.0.2.53:53', 'a.test,b.test', '/lists/c/bs.list', '-x'] as const
const model = 'placeholder'
const models = remediesOf(model)
const cluster: ClusterName = parseClusterName('c1')

/**
 * Any text as the name of an interface, as an address, as the path of a list and as a search domain: remedies of `doctor` have it
 * as one word, and the options that a usage error suggests are words that mean nothing to a shell.
 */
export const target: FuzzTarget = {
  name: 'cli-remedies',
  // Some run in shells.
  time: 1_000,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(starts), random, hostileWords)),
  async check(input) {
    const word = Buffer.from(input).toString('utf8')
    const remedies = [...remediesOf(word), ...listRemedies(word)]
    const isRun = input.length % 32 === 0
    const hint = await suggestedOptions(word)
    const [fault] = [
      ...quotingFaults(remedies, { word, model, models, isRun }),
      ...(hint === undefined ? [] : optionFaults(hint, isRun)),
    ]
    if (fault !== undefined) throw new TypeError(fault)
    return hint !== undefined
  },
}

function remediesOf(word: string): readonly Remedy[] {
  const facts = { interfaces: [], down: [word], hasLoopback: false, hasDefaultRoute: false } as const
  const findings = [
    ...checkNetwork(facts),
    ...checkNetwork({ ...facts, interfaces: [{ name: word, address: '192.0.2.9' }] }),
  ]
  return [
    ...findings.flatMap(({ remedies }) => remedies),
    ...firewallLooks(word, 53, 'tcp'),
    ...firewallLooks(word, 53, 'udp'),
  ]
}

/** Lines of a list: addresses that DNS has, whatever the path of the list. */
function listRemedies(path: string): readonly Remedy[] {
  const report = (address: string, origin: string) => {
    const source = { backend: 'bootstrap', method: 'bs-list', origin, ttl: null, authenticated: false } as const
    return {
      outcome: 'found',
      endpoints: [{ address, port: 2510, host: null, sources: [source] }],
    } as unknown as ResolveReport
  }
  const sides = [
    { backend: 'dns', reports: new Map([['c1', report('192.0.2.1', 'dns')]]) },
    { backend: 'bootstrap', reports: new Map([['c1', report('192.0.2.2', `${path}:1`)]]) },
  ] as const
  const found = [...checkAgreement({ backends: sides, clusters: [cluster], isCut: false, unanswered: [] })]
  const remedies = found.flatMap((each) => each.remedies)
  const [text] = remedies.map((each) => each.text)
  if (text !== formatEndpoint({ address: '192.0.2.1', port: 2510 })) throw new TypeError(`not the list of DNS: ${text}`)
  return remedies
}

/** The options that a wrong search domain was likely meant to be. */
async function suggestedOptions(domain: string): Promise<string | undefined> {
  try {
    await checkSearchDomains(parseCommandLine(['discover', `--domain=${domain}`], {}))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return /; did you mean (.*)$/s.exec(error.message)?.[1]
  }
  return undefined
}

/** The suggested options are words of a command, so that they can be pasted behind it. */
function optionFaults(hint: string, isRun: boolean): readonly string[] {
  const [words = [], ...others] = splitCommands(hint)
  const areOptions = words.every((word, index) => (index % 2 === 0) === /^--(?:domain|server)$/.test(word))
  if (others.length > 0 || !areOptions || !/^[ -~]*$/.test(hint)) return [`suggests ${JSON.stringify(hint)}`]
  return isRun ? shellFaults(`pstorage-discovery discover ${hint}`) : []
}
