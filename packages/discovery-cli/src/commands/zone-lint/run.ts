import type { Finding } from '@pstorage/discovery-core/checks'
import { lastOf, type ParsedArguments, type RunCommand } from '../../args/command.js'
import { dnsOptions } from '../../args/option-table.js'
import { querySettings } from '../../args/settings.js'
import type { CliContext } from '../../context.js'
import { dnsCheckOptions, runChecks } from '../../doctor/run-checks.js'
import { UsageError } from '../../exit-codes.js'

/** Runs `zone lint`: the checks of a zone, from name servers or from a file. */
export const runZoneLint: RunCommand = async (args, context) => {
  const domain = domainOf(args)
  return runChecks(args, context, async (progress) => {
    progress(domain)
    const findings: Finding[] = []
    for await (const each of await findingsOf(domain, args, context)) findings.push(each)
    return { subject: domain, groups: [{ title: 'zone', findings }] }
  })
}

async function findingsOf(
  domain: string,
  args: ParsedArguments,
  { signal }: CliContext,
): Promise<AsyncIterable<Finding>> {
  const { checkZone, checkZoneFile } = await import('@pstorage/discovery-dns/checks')
  const file = lastOf(args, 'file')
  if (file === undefined) {
    const { settings, timeout } = querySettings(args, { policy: 'merge' })
    return checkZone(domain, { ...dnsCheckOptions(settings), timeout, signal })
  }
  const others = [...args.options.keys()].filter((name) => dnsOptions.includes(name))
  if (others.length > 0)
    throw new UsageError(`--file queries no name server, and so does not go with --${others.join(', --')}`)
  return checkZoneFile({ domain, file, signal })
}

function domainOf({ operands }: ParsedArguments): string {
  const [domain, ...others] = operands
  if (domain === undefined) throw new UsageError('a domain is missing: zone lint DOMAIN')
  if (others.length > 0) throw new UsageError(`zone lint takes one domain, not ${operands.length}`)
  return domain
}
