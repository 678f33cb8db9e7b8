import { findingLevels } from '@pstorage/discovery-core/checks'
import type { CheckDnsOptions } from '@pstorage/discovery-dns/checks'
import { lastOf, type ParsedArguments } from '../args/command.js'
import { oneOf } from '../args/option-values.js'
import { formatOf, printSettings, tlsOptions } from '../args/settings.js'
import type { BackendSettings, CheckLoaders, CliContext } from '../context.js'
import { exitCodeOfLevel } from '../exit-codes.js'
import { asUsageError } from '../query/backends.js'
import { Reporter } from '../terminal/reporter.js'
import { styleFor } from '../terminal/style.js'
import { writeData } from '../terminal/write-data.js'
import { type Examination, worstOf } from './examination.js'
import { examinationJson } from './output/examination-json.js'
import { examinationText, type TextScope } from './output/examination-text.js'
import { pluginCodes, pluginLine, pluginState } from './output/nagios.js'

/** Shows the name of what is being checked. */
export type Progress = (subject: string) => void

/** Makes checks, and names on a terminal what is being checked. */
export type Checks = (progress: Progress) => Promise<Examination>

/** Runs checks, prints their findings, and returns the exit code of the worst. @throws UsageError for settings that a backend refuses */
export async function runChecks(args: ParsedArguments, context: CliContext, checks: Checks): Promise<number> {
  const format = formatOf(args)
  const scope = scopeOf(args)
  const examination = await examine(args, context, checks)
  if (format === 'nagios') {
    await writeData(context.stdout, `${pluginLine(examination)}\n`)
    return pluginCodes[pluginState(examination)]
  }
  if (format === 'json') {
    const pretty = context.stdout.isTTY === true
    await writeData(context.stdout, examinationJson(examination, scope.level, { pretty }))
  } else await printExamination(examination, args, context)
  return exitCodeOfLevel(worstOf(examination))
}

/** Runs checks. @throws UsageError for settings that a backend refuses */
export async function examine(args: ParsedArguments, context: CliContext, checks: Checks): Promise<Examination> {
  const reporter = new Reporter(context, printSettings(args))
  try {
    return await checks((subject) => reporter.showProgress(`checking ${subject} ...`))
  } catch (error) {
    throw asUsageError(error)
  } finally {
    reporter.clear()
  }
}

/** Prints findings for people. */
export async function printExamination(
  examination: Examination,
  args: ParsedArguments,
  { env, stdout }: CliContext,
): Promise<void> {
  const style = styleFor(stdout, env, printSettings(args).noColor)
  await writeData(stdout, examinationText(examination, scopeOf(args), style))
}

/** Without `--level`, checks that have passed are shown with `-v`, and to programs. */
function scopeOf(args: ParsedArguments): TextScope {
  const { verbose } = printSettings(args)
  const text = lastOf(args, 'level')
  const isAll = verbose || formatOf(args) === 'json'
  const level = text === undefined ? (isAll ? 'ok' : 'notice') : oneOf('level', text, findingLevels)
  return { level, verbose, offersFix: args.command.name === 'doctor' && !args.options.has('fix') }
}

/** Returns the options of the DNS checks for the settings of a command line. */
export function dnsCheckOptions({ servers, domains, axfr, tsigKeyFile, tls }: BackendSettings): CheckDnsOptions {
  return {
    axfr,
    ...(servers.length > 0 && { servers }),
    ...(domains.length > 0 && { domains }),
    ...(tsigKeyFile !== undefined && { tsigKey: { file: tsigKeyFile } }),
    ...(tls !== undefined && { tls: tlsOptions(tls) }),
  }
}

/** The checks of the backends, each loaded when it is run. */
export const checkLoaders: CheckLoaders = {
  async dns(settings, run) {
    const { checkDns } = await import('@pstorage/discovery-dns/checks')
    return checkDns({ ...dnsCheckOptions(settings), ...run })
  },
  async bootstrap({ directories }, { cluster, signal }) {
    const { checkBootstrap } = await import('@pstorage/discovery-bootstrap/checks')
    return checkBootstrap({ ...(directories.length > 0 && { directories }), cluster, signal })
  },
  async zeroconf({ interfaces }, run) {
    const { checkZeroconf } = await import('@pstorage/discovery-zeroconf/checks')
    return checkZeroconf({ ...(interfaces.length > 0 && { interfaces }), ...run })
  },
}
