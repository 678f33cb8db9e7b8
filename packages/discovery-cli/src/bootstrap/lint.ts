import type { Finding } from '@pstorage/discovery-core/checks'
import { optionalClusterOperand } from '../command-line/cluster-operand.js'
import { askSettings } from '../command-line/settings.js'
import type { RunCommand } from '../commands/command.js'
import { checkLoaders } from '../doctor/check-loaders.js'
import { examine } from '../doctor/examine.js'

/** `bootstrap lint`: the checks of bootstrap lists. */
export const runBootstrapLint: RunCommand = async (words, options) => {
  const cluster = optionalClusterOperand(words)?.cluster
  const { settings, timeout } = askSettings(words, { policy: 'merge' })
  const { checks = checkLoaders, signal = new AbortController().signal } = options
  return examine(words, options, async (progress) => {
    progress('bootstrap lists')
    const findings: Finding[] = []
    for await (const each of await checks.bootstrap(settings, { cluster, timeout, signal })) findings.push(each)
    return { subject: cluster ?? null, groups: [{ title: 'bootstrap', findings }] }
  })
}
