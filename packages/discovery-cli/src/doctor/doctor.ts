import type { Finding } from '@pstorage/discovery-core/checks'
import { type BackendName, backendLoaders } from '../ask/backends.js'
import { optionalClusterOperand } from '../command-line/cluster-operand.js'
import { askSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import type { RunCommand } from '../commands/command.js'
import type { RunCliOptions } from '../run.js'
import { checkAgreement } from './agreement.js'
import { checkLoaders } from './check-loaders.js'
import { checkClustersFound } from './clusters.js'
import { examine, type Progress } from './examine.js'
import type { Examination, FindingGroup } from './finding-groups.js'
import { checkNetwork, networkFacts } from './network.js'
import { checkReachability } from './reachability.js'
import { openSources, type ViewQuestion } from './source-view.js'

/** `doctor`: checks the chosen backends, compares them, and tries their metadata servers. */
export const runDoctor: RunCommand = async (words, options) => {
  const share = optionalClusterOperand(words)
  if (share !== undefined && share.addresses.length > 0) {
    throw new UsageError('the addresses of a share string need no check of sources: name the cluster alone')
  }
  const { backends, settings, timeout } = askSettings(words, { policy: 'merge' })
  const signal = options.signal ?? new AbortController().signal
  const loaders = options.backends ?? backendLoaders
  const question = { backends, settings, loaders, cluster: share?.cluster, timeout, signal }
  return examine(words, options, (progress) => checkAll(question, options, progress))
}

async function checkAll(question: ViewQuestion, options: RunCliOptions, progress: Progress): Promise<Examination> {
  const { backends, cluster, settings, signal, timeout } = question
  const loaders = options.checks ?? checkLoaders
  await using opened = await openSources(question)
  const open = new Set<string>(backends)
  const show = (): void => progress([...open].join(', '))
  show()
  const checking = Promise.all(
    backends.map(async (backend): Promise<FindingGroup> => {
      const findings = await gathered(await loaders[backend](settings, { cluster, timeout, signal }))
      open.delete(backend)
      if (open.size > 0) show()
      return { title: backend, findings }
    }),
  )
  // They wait for the same networks, and need nothing of each other.
  const [checked, sources] = await Promise.all([checking, opened.ask()])
  progress('metadata servers')
  const clusters = [
    ...checkClustersFound(sources, cluster),
    ...checkAgreement(sources),
    ...(await checkReachability(sources, { timeout, signal })),
  ]
  const network = usesNetwork(backends) ? [{ title: 'host', findings: [...checkNetwork(await networkFacts())] }] : []
  return { subject: cluster ?? null, groups: [...network, ...checked, { title: 'clusters', findings: clusters }] }
}

function usesNetwork(backends: readonly BackendName[]): boolean {
  return backends.some((backend) => backend !== 'bootstrap')
}

async function gathered(findings: AsyncIterable<Finding>): Promise<readonly Finding[]> {
  const all: Finding[] = []
  for await (const each of findings) all.push(each)
  return all
}
