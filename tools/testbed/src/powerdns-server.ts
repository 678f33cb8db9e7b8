import { dirname } from 'node:path'
import { type ListenOptions, type RealServer, type ServerKind, startRealServer } from './real-server.js'
import { type ZoneSettings, zoneFile, zoneFiles } from './served-zone.js'

interface PowerDnsOptions extends Pick<ZoneSettings, 'zones'>, ListenOptions {}

/** The zones, in the form of named.conf that the backend `bind` reads. */
const ZONES = 'zones.list'

const powerDns: ServerKind<PowerDnsOptions> = {
  name: 'pdns_server',
  debianPackage: 'pdns-server pdns-backend-bind',
  configName: 'pdns.conf',
  ready: /Done launching threads, ready to distribute questions/,
  incomplete: /\[bindbackend\] error/,
  args: (configFile) => [`--config-dir=${dirname(configFile)}`],
  config: (_, { directory, addresses, port }) =>
    [
      'launch=bind',
      `bind-config=${directory}/${ZONES}`,
      `local-address=${addresses.join(',')}`,
      `local-port=${port}`,
      `socket-dir=${directory}`,
      'security-poll-suffix=',
      'guardian=no',
      'daemon=no',
      'disable-syslog=yes',
      '',
    ].join('\n'),
  files: ({ zones = {} }, { directory }) => ({
    ...zoneFiles({ zones }),
    [ZONES]: Object.keys(zones)
      .map((name, index) => `zone "${name}" { type master; file "${directory}/${zoneFile(index)}"; };`)
      .join('\n'),
  }),
}

/**
 * Starts PowerDNS's authoritative `pdns_server` on a free port of loopback, and resolves when it answers.
 *
 * @throws Error when it is not installed or refuses its configuration; the message holds its log.
 */
export function powerDnsServer(options: PowerDnsOptions = {}): Promise<RealServer> {
  return startRealServer(powerDns, options)
}
