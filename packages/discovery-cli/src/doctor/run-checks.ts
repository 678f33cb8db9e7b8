import { type FindingLevel, findingLevels } from '@pstorage/discovery-core/checks'
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
import { type Examination, examinationJson, examinationText, worstOf } from './examination.js'

/** Shows the name of what is being checked. */
export type Progress = (subject: string) => void

/** Runs checks, prints their findings, and returns the exit code of the worst. @throws UsageError for settings that a backend refuses */
export async function runChecks(
  args: ParsedArguments,
  context: CliContext,
  checks: (progress: Progress) => Promise<Examination>,
): Promise<number> {
  const { env, stdout } = context
  const printing = printSettings(args)
  const format = formatOf(args)
  const level = levelOf(args)
  const reporter = new Reporter(context, printing)
  try {
    const examination = await checks((subject) => reporter.showProgress(`checking ${subject} ...`)).catch((error) => {
      throw asUsageError(error)
    })
    reporter.clear()
    const text =
      format === 'json'
        ? examinationJson(examination, level, { pretty: stdout.isTTY === true })
        : examinationText(examination, level, styleFor(stdout, env, printing.noColor))
    await writeData(stdout, text)
    return exitCodeOfLevel(worstOf(examination))
  } finally {
    reporter.clear()
  }
}

function levelOf(args: ParsedArguments): FindingLevel {
  const text = lastOf(args, 'level')
  return text === undefined ? 'ok' : oneOf('level', text, findingLevels)
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
