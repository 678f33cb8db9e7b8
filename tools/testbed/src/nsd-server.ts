import { join } from 'node:path'
import {
  type ListenOptions,
  type RealServer,
  type RealTlsServer,
  type ServerKind,
  type ServerPlace,
  startRealServer,
} from './real-server.js'
import { type ServedZone, type TransferPermission, type ZoneSettings, zoneFile, zoneFiles } from './served-zone.js'
import type { ServerCertificate } from './server-certificate.js'

/** Options of {@link nsdServer}. */
export interface NsdServerOptions extends ZoneSettings, ListenOptions {
  /** Clients that may transfer the zones; default `none`. */
  readonly allowTransfer?: TransferPermission
}

// NSD's word for no key.
const unsigned = 'NOKEY'

const nsd: ServerKind<NsdServerOptions> = {
  name: 'nsd',
  debianPackage: 'nsd',
  ready: / nsd started /,
  incomplete: / error: /,
  args: (configFile) => ['-d', '-c', configFile],
  config: nsdConfig,
  files: zoneFiles,
}

/**
 * Starts NLnet Labs' `nsd` on a free port of loopback, and resolves when it has loaded its zones.
 *
 * It runs in the foreground in a temporary directory, without control channel or limit of its rate. Who may not transfer
 * is answered REFUSED. NSD 4.6, Debian's, does not select the protocol `dot` in TLS (ALPN).
 *
 * @throws Error when nsd is not installed, or refuses its configuration or a zone; the message holds its log.
 */
export function nsdServer(options: NsdServerOptions & { readonly tls: ServerCertificate }): Promise<RealTlsServer>
export function nsdServer(options?: NsdServerOptions): Promise<RealServer>
export function nsdServer(options: NsdServerOptions = {}): Promise<RealServer> {
  return startRealServer(nsd, options)
}

function nsdConfig(options: NsdServerOptions, { directory, addresses, port, tls }: ServerPlace): string {
  const { zones = {}, keys = [] } = options
  const permitted = permittedKeys(options)
  const ports = tls === undefined ? [port] : [port, tls.port]
  return [
    'server:',
    ...ports.flatMap((each) => addresses.map((address) => `ip-address: ${address}@${each}`)),
    `port: ${port}`,
    ...(tls === undefined
      ? []
      : [
          `tls-port: ${tls.port}`,
          `tls-service-pem: "${tls.certificate.certificateFile}"`,
          `tls-service-key: "${tls.certificate.keyFile}"`,
        ]),
    'server-count: 1',
    'rrl-ratelimit: 0',
    'verbosity: 2',
    // As the user who runs the tests, in sight of their files.
    'username: ""',
    'chroot: ""',
    `zonesdir: "${directory}"`,
    'database: ""',
    `pidfile: "${join(directory, 'nsd.pid')}"`,
    `zonelistfile: "${join(directory, 'zone.list')}"`,
    `xfrdfile: "${join(directory, 'xfrd.state')}"`,
    `xfrdir: "${directory}"`,
    'remote-control:',
    'control-enable: no',
    ...keys.flatMap(({ name, algorithm, secret }) => [
      'key:',
      `name: "${name}"`,
      `algorithm: ${algorithm}`,
      `secret: "${secret}"`,
    ]),
    ...Object.entries(zones).flatMap(([name, zone], index) => [
      'zone:',
      `name: "${name}"`,
      `zonefile: ${zoneFile(index)}`,
      ...transferLines(zone, permitted),
    ]),
    '',
  ].join('\n')
}

function transferLines(zone: ServedZone, permitted: readonly string[]): readonly string[] {
  const provided = permitted.flatMap((key) => [`provide-xfr: 127.0.0.0/8 ${key}`, `provide-xfr: ::1 ${key}`])
  if (typeof zone === 'string') return provided
  const { transferFrom, key = unsigned } = zone
  return [...provided, `request-xfr: AXFR ${transferFrom.address}@${transferFrom.port} ${key}`]
}

/** The keys that may sign questions for transfers. */
function permittedKeys({ keys = [], allowTransfer = 'none' }: NsdServerOptions): readonly string[] {
  if (allowTransfer === 'none') return []
  // A client that signs without need is refused otherwise.
  return allowTransfer === 'any' ? [unsigned, ...keys.map(({ name }) => name)] : [allowTransfer.key]
}
