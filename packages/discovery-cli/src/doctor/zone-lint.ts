import type { Finding } from '@pstorage/discovery-core/checks'
import { dnsOptions } from '../command-line/option-table.js'
import { askSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import { lastOf, type Words } from '../command-line/words.js'
import type { RunCommand } from '../commands/command.js'
import type { RunCliOptions } from '../run.js'
import { dnsCheckOptions } from './check-loaders.js'
import { examine } from './examine.js'

/** `zone lint`: the checks of a zone, as name servers or a file have it. */
export const runZoneLint: RunCommand = async (words, options) => {
  const domain = domainOf(words)
  return examine(words, options, async (progress) => {
    progress(domain)
    const findings: Finding[] = []
    for await (const each of await findingsOf(domain, words, options)) findings.push(each)
    return { subject: domain, groups: [{ title: 'zone', findings }] }
  })
}

async function findingsOf(domain: string, words: Words, { signal }: RunCliOptions): Promise<AsyncIterable<Finding>> {
  const { checkZone, checkZoneFile } = await import('@pstorage/discovery-dns/checks')
  const file = lastOf(words, 'file')
  if (file === undefined) {
    const { settings, timeout } = askSettings(words, { policy: 'merge' })
    return checkZone(domain, { ...dnsCheckOptions(settings), timeout, signal })
  }
  const others = [...words.options.keys()].filter((name) => dnsOptions.includes(name))
  if (others.length > 0) throw new UsageError(`--file asks nobody, and so does not go with --${others.join(', --')}`)
  return checkZoneFile({ domain, file, signal })
}

function domainOf({ operands }: Words): string {
  const [domain, ...others] = operands
  if (domain === undefined) throw new UsageError('which zone? Name it: zone lint DOMAIN')
  if (others.length > 0) throw new UsageError(`zone lint looks at one domain, and ${operands.length} were given`)
  return domain
}
