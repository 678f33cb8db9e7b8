import { dirname } from 'node:path'
import { type ListenOptions, type RealServer, type ServerKind, startRealServer } from './real-server.js'
import type { ServerAddress } from './served-zone.js'

/** The settings of a resolver that forwards every question. */
export interface ForwarderOptions extends ListenOptions {
  readonly forwardTo: ServerAddress
}

const recursor: ServerKind<ForwarderOptions> = {
  name: 'pdns_recursor',
  debianPackage: 'pdns-recursor',
  configName: 'recursor.conf',
  ready: /Enabled multiplexer/,
  incomplete: /prio="Error"/,
  args: (configFile) => [`--config-dir=${dirname(configFile)}`],
  config: ({ forwardTo }, { directory, addresses, port }) =>
    [
      `local-address=${addresses.join(',')}`,
      `local-port=${port}`,
      `forward-zones-recurse=.=${forwardTo.address}:${forwardTo.port}`,
      // Loopback is among what it asks nothing by default.
      'dont-query=',
      'dnssec=off',
      `socket-dir=${directory}`,
      'security-poll-suffix=',
      'daemon=no',
      'disable-syslog=yes',
      '',
    ].join('\n'),
  files: () => ({}),
}

const kresd: ServerKind<ForwarderOptions> = {
  name: 'kresd',
  debianPackage: 'knot-resolver',
  ready: /^ready$/,
  incomplete: /error/i,
  args: (configFile) => ['--noninteractive', '--config', configFile, dirname(configFile)],
  config: ({ forwardTo }, { addresses, port }) =>
    [
      ...addresses.map((address) => `net.listen('${address}', ${port}, { kind = 'dns' })`),
      ...['ta_update', 'ta_signal_query', 'priming', 'detect_time_skew', 'detect_time_jump'].map(
        (module) => `modules.unload('${module}')`,
      ),
      `trust_anchors.remove('.')`,
      'cache.size = 1 * MB',
      `policy.add(policy.all(policy.STUB({'${forwardTo.address}@${forwardTo.port}'})))`,
      `io.stderr:write('ready\\n')`,
      '',
    ].join('\n'),
  files: () => ({}),
}

/**
 * Starts PowerDNS's `pdns_recursor` as a forwarder on a free port of loopback, and resolves when it answers.
 *
 * @throws Error when it is not installed or refuses its configuration; the message holds its log.
 */
export function powerDnsRecursor(options: ForwarderOptions): Promise<RealServer> {
  return startRealServer(recursor, options)
}

/**
 * Starts CZ.NIC's Knot Resolver, `kresd`, as a forwarder on a free port of loopback, and resolves when it answers.
 *
 * @throws Error when it is not installed or refuses its configuration; the message holds its log.
 */
export function knotResolver(options: ForwarderOptions): Promise<RealServer> {
  return startRealServer(kresd, options)
}
