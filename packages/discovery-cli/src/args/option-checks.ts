import { DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../exit-codes.js'
import { allOf, lastOf, type ParsedArguments } from './command.js'
import type { OptionName } from './option-table.js'

/**
 * Reads the files of options, even where no source needs them: a file that cannot be used is wrong usage, since its lack of
 * effect would go unnoticed where another source answers.
 *
 * @throws UsageError that names the file and says why
 */
export async function checkFilesOf(args: ParsedArguments): Promise<void> {
  const { checkOptionFiles } = await import('@pstorage/discovery-dns')
  const [key, ca] = [lastOf(args, 'tsig-key'), lastOf(args, 'tls-ca')]
  if (key !== undefined) await rejectFault('tsig-key', checkOptionFiles({ tsigKey: { file: key } }))
  if (ca !== undefined) await rejectFault('tls-ca', checkOptionFiles({ tls: { ca: { file: ca } } }))
}

/** Makes wrong usage of the fault of a file. */
async function rejectFault(option: OptionName, checking: Promise<void>): Promise<void> {
  try {
    await checking
  } catch (error) {
    if (!DiscoveryError.isInstance(error)) throw error
    throw new UsageError(`--${option}: ${error.message}`, { cause: error })
  }
}

/**
 * Checks the values of `--domain`: no source finds anything below a name that cannot be a domain.
 *
 * @throws UsageError with the options that were likely meant
 */
export async function checkSearchDomains(args: ParsedArguments): Promise<void> {
  const { searchDomainFault } = await import('@pstorage/discovery-dns')
  for (const text of allOf(args, 'domain')) {
    const fault = searchDomainFault(text)
    if (fault === undefined) continue
    // Loaded for a mistake alone (row cli-resolve of the bench).
    const { shellText } = await import('@pstorage/discovery-core/checks')
    const domains = fault.domains.flatMap((domain) => shellText`--domain ${domain}` ?? [])
    const servers = fault.servers.flatMap((server) => shellText`--server ${server}` ?? [])
    const meant = [...servers, ...domains].join(' ')
    const hint = meant === '' || meant.length > LONGEST_HINT ? '' : `; did you mean ${meant}`
    throw new UsageError(`--domain ${quoteText(text, { maxLength: 80 })}: ${fault.reason}${hint}`)
  }
}

/** A longer line is no hint. */
const LONGEST_HINT = 240
