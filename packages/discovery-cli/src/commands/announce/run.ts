import { networkInterfaces } from 'node:os'
import { DiscoveryError, type Endpoint, formatEndpoint, isLinkLocalIPv6, probe } from '@pstorage/discovery-core'
import type { AnnounceEvent } from '@pstorage/discovery-zeroconf'
import { clusterOperand } from '../../args/cluster-argument.js'
import { allOf, type RunCommand } from '../../args/command.js'
import { checkedAddress } from '../../args/option-values.js'
import { printSettings } from '../../args/settings.js'
import { exitCodeOf, exitCodeOfSignal, UsageError } from '../../exit-codes.js'
import { Reporter } from '../../terminal/reporter.js'
import type { Style } from '../../terminal/style.js'

/**
 * Runs `announce`: publishes a cluster until a signal comes, and then withdraws it. Reports on stderr what is published on
 * which interfaces.
 *
 * Returns 3 where nothing can be published, else the exit code of the signal.
 */
export const runAnnounce: RunCommand = async (args, context) => {
  const { cluster, addresses: ofShare } = clusterOperand(args)
  if (ofShare.length > 0) throw new UsageError('the addresses of a share string go with resolve; announce has -a')
  const addresses = allOf(args, 'address').map((text) => checkedAddress('-a', text))
  const interfaces = allOf(args, 'interface')
  const printing = printSettings(args)
  const { signal } = context
  const reporter = new Reporter(context, printing)
  const announce = context.announce ?? (await import('@pstorage/discovery-zeroconf')).announce
  const announced = new Set<string>()
  const onEvent = (event: AnnounceEvent): void => {
    reporter.writeLines(eventLines(event, reporter.style, printing.verbose))
    if (event.type !== 'announced') return
    if (announced.size === 0 && context.stderr.isTTY === true && !printing.quiet) reporter.writeLine(HOW_TO_STOP)
    for (const endpoint of event.instances.flatMap(({ endpoints }) => endpoints)) {
      const text = formatEndpoint(endpoint)
      if (announced.has(text)) continue
      announced.add(text)
      void warnIfClosed(endpoint, { reporter, signal })
    }
  }
  try {
    const announcement = await announce({
      clusters: [{ name: cluster, ...(addresses.length > 0 && { endpoints: addresses }) }],
      ...(interfaces.length > 0 && { interfaces }),
      signal,
      onEvent,
    })
    try {
      await aborted(signal)
    } finally {
      await announcement.stop()
    }
    if (printing.verbose) reporter.writeLine('withdrawn')
    return exitCodeOfSignal(signal?.reason)
  } catch (error) {
    if (signal?.aborted) return exitCodeOfSignal(signal.reason)
    if (DiscoveryError.isInstance(error)) throw new UsageError(error.message, { cause: error })
    if (!isNoInterface(error)) throw error
    const { paint, show } = reporter.style
    reporter.writeLine(`${paint('bad', 'not announced:')} ${show(error.message)} [${error.code}]`)
    return exitCodeOf('undetermined')
  }
}

const HOW_TO_STOP = 'press Ctrl-C to stop and to withdraw it'

/** Milliseconds for a connection to this host. */
const PROBE_TIME = 1_500

/** Warns where an endpoint of this host takes no connection: clients would find it and fail. Other hosts are left alone. */
async function warnIfClosed(
  endpoint: Pick<Endpoint, 'address' | 'port'>,
  { reporter, signal }: { readonly reporter: Reporter; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
  // The link of a link-local address is not known here.
  if (!addresses.includes(endpoint.address) || isLinkLocalIPv6(endpoint.address)) return
  const [probed] = await probe([endpoint], { signal, timeout: PROBE_TIME }).catch(() => [])
  if (probed === undefined || probed.reachable) return
  const message = `clients cannot connect to ${formatEndpoint(endpoint)} (${probed.error?.code}): start the MDS, or name its port with -a`
  reporter.warn({ code: 'announced-port-closed', message })
}

/** Resolves when the signal comes; without one, never. */
async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

function isNoInterface(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && error.code === 'ERR_NO_INTERFACE'
}

/** Returns the lines about an event; with `--verbose` there are more. */
function eventLines(event: AnnounceEvent, { paint, show }: Style, verbose: boolean): readonly string[] {
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
