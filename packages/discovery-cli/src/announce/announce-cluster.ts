import { type ClusterName, DiscoveryError, formatEndpoint } from '@pstorage/discovery-core'
import type { AnnounceEvent, Announcement, AnnounceOptions } from '@pstorage/discovery-zeroconf'
import type { PrintSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import { exitCodeOf, exitCodeOfSignal } from '../exit-code.js'
import type { RunCliOptions } from '../run.js'
import type { Pen } from '../terminal/attempt-line.js'
import { paintFor } from '../terminal/paint.js'
import { terminalText } from '../terminal/terminal-text.js'

/** What is to be announced. */
export interface AnnounceInvocation extends PrintSettings {
  readonly cluster: ClusterName
  /** `IP[:PORT]` of metadata servers; none: this host. */
  readonly addresses: readonly string[]
  /** Names of network interfaces; none: all that can multicast. */
  readonly interfaces: readonly string[]
}

/** Begins to announce, as `announce()` of `@pstorage/discovery-zeroconf` does. */
export type Announce = (options: AnnounceOptions) => Promise<Announcement>

/**
 * Announces a cluster until a signal comes, and then takes everything back. Says on stderr what is published where.
 *
 * Gives 3 where nothing can be announced, else what says the signal.
 */
export async function announceCluster(invocation: AnnounceInvocation, options: RunCliOptions): Promise<number> {
  const { cluster, addresses, interfaces, quiet, verbose, noColor } = invocation
  const { env, stderr, signal } = options
  const pen: Pen = { paint: paintFor(stderr, env, noColor), show: terminalText(env) }
  const say = (line: string): void => {
    if (!quiet) stderr.write(`${line}\n`)
  }
  const announce = options.announce ?? (await import('@pstorage/discovery-zeroconf')).announce
  try {
    const announcement = await announce({
      clusters: [{ name: cluster, ...(addresses.length > 0 && { endpoints: addresses }) }],
      ...(interfaces.length > 0 && { interfaces }),
      signal,
      onEvent: (event) => {
        for (const line of eventLines(event, pen, verbose)) say(line)
      },
    })
    try {
      await aborted(signal)
    } finally {
      await announcement.stop()
    }
    if (verbose) say('taken back')
    return exitCodeOfSignal(signal?.reason)
  } catch (error) {
    if (signal?.aborted) return exitCodeOfSignal(signal.reason)
    if (DiscoveryError.isInstance(error)) throw new UsageError(error.message, { cause: error })
    if (!isNoInterface(error)) throw error
    say(`${pen.paint('bad', 'not announced:')} ${pen.show(error.message)} [${error.code}]`)
    return exitCodeOf('undetermined')
  }
}

/** Resolves when a signal comes. Without one, this lasts as long as the process. */
async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

function isNoInterface(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && error.code === 'ERR_NO_INTERFACE'
}

/** What is said of an event; more of it with `--verbose`. */
function eventLines(event: AnnounceEvent, { paint, show }: Pen, verbose: boolean): readonly string[] {
  switch (event.type) {
    case 'announced':
      return event.instances.map(({ name, endpoints }) => {
        const where = `${show(event.interface)} (${event.family})`
        return `${paint('good', 'announced')} "${show(name)}" on ${where}: ${show(endpoints.map(formatEndpoint).join(', '))}`
      })
    case 'renamed':
      return [`${paint('warning', 'renamed')} "${show(event.from)}" to "${show(event.to)}": another host has that name`]
    case 'interface-unavailable':
      return [`${paint('warning', 'unavailable:')} ${show(event.error.message)} [${show(event.error.code)}]`]
    case 'interface-down':
      return [`${paint('warning', 'gone:')} ${show(event.interface)} (${event.family})`]
    case 'warning':
      return [`${paint('warning', 'warning:')} ${show(event.message)} [${show(event.code)}]`]
    case 'interface-up':
      return []
    default:
      return verbose ? [paint('aside', `probing on ${show(event.interface)} (${event.family})`)] : []
  }
}
