import type { Finding } from '@pstorage/discovery-core/checks'
import { optionalClusterOperand } from '../../args/cluster-argument.js'
import type { RunCommand } from '../../args/command.js'
import { querySettings } from '../../args/settings.js'
import { checkLoaders, runChecks } from '../../doctor/run-checks.js'

/** Runs `bootstrap lint`: the checks of bootstrap lists. */
export const runBootstrapLint: RunCommand = async (args, context) => {
  const cluster = optionalClusterOperand(args)?.cluster
  const { settings, timeout } = querySettings(args, { policy: 'merge' })
  const { checks = checkLoaders, signal = new AbortController().signal } = context
  return runChecks(args, context, async (progress) => {
    progress('bootstrap lists')
    const findings: Finding[] = []
    for await (const each of await checks.bootstrap(settings, { cluster, timeout, signal })) findings.push(each)
    return { subject: cluster ?? null, groups: [{ title: 'bootstrap', findings }] }
  })
}
