import { type ListenOptions, type RealServer, type ServerKind, startRealServer } from './real-server.js'
import type { ServerAddress } from './served-zone.js'

/** The settings of a {@link dnsmasqServer}. */
export interface DnsmasqServerOptions extends ListenOptions {
  /** The server to which questions are forwarded; default: only what is known locally is answered. */
  readonly forwardTo?: ServerAddress
  /** More lines of its configuration, such as `local=/lan/`. */
  readonly lines?: readonly string[]
}

const dnsmasq: ServerKind<DnsmasqServerOptions> = {
  name: 'dnsmasq',
  debianPackage: 'dnsmasq-base',
  ready: / started, version /,
  incomplete: /failed to /,
  args: (configFile) => ['--keep-in-foreground', `--conf-file=${configFile}`, '--pid-file='],
  config: ({ forwardTo, lines = [] }, { addresses, port }) =>
    [
      `port=${port}`,
      ...addresses.map((address) => `listen-address=${address}`),
      'bind-interfaces',
      'no-resolv',
      'no-hosts',
      'no-poll',
      // As the one that runs the tests, with its log on standard error.
      'user=root',
      'log-facility=-',
      ...(forwardTo === undefined ? [] : [`server=${forwardTo.address}#${forwardTo.port}`]),
      ...lines,
      '',
    ].join('\n'),
  files: () => ({}),
}

/**
 * Starts `dnsmasq` on a free port of loopback, and resolves when it answers. It reads no file of the system.
 *
 * @throws Error when dnsmasq is not installed or refuses its configuration; the message holds its log.
 */
export function dnsmasqServer(options: DnsmasqServerOptions = {}): Promise<RealServer> {
  return startRealServer(dnsmasq, options)
}
