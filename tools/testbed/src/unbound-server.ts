import {
  type ListenOptions,
  type RealServer,
  type RealTlsServer,
  type ServerKind,
  type ServerPlace,
  startRealServer,
} from './real-server.js'
import type { ServerAddress } from './served-zone.js'
import type { ServerCertificate } from './server-certificate.js'

/** Options of {@link unboundServer}. */
export interface UnboundServerOptions extends ListenOptions {
  /** The server to which every query is forwarded. */
  readonly forwardTo: ServerAddress
  /** More lines of the section `server:`. */
  readonly options?: string
}

const unbound: ServerKind<UnboundServerOptions> = {
  name: 'unbound',
  debianPackage: 'unbound',
  ready: / start of service /,
  incomplete: / error: /,
  args: (configFile) => ['-d', '-p', '-c', configFile],
  config: unboundConfig,
  files: () => ({}),
}

/**
 * Starts NLnet Labs' `unbound` on a free port of loopback as a forwarder, and resolves when it answers.
 *
 * It runs in the foreground in a temporary directory, without control channel, DNSSEC or answers of its own about `test.`
 *
 * @throws Error when unbound is not installed or refuses its configuration; the message holds its log.
 */
export function unboundServer(
  options: UnboundServerOptions & { readonly tls: ServerCertificate },
): Promise<RealTlsServer>
export function unboundServer(options: UnboundServerOptions): Promise<RealServer>
export function unboundServer(options: UnboundServerOptions): Promise<RealServer> {
  return startRealServer(unbound, options)
}

function unboundConfig(settings: UnboundServerOptions, { directory, addresses, port, tls }: ServerPlace): string {
  const { forwardTo, options = '' } = settings
  const ports = tls === undefined ? [port] : [port, tls.port]
  return [
    'server:',
    ...ports.flatMap((each) => addresses.map((address) => `interface: ${address}@${each}`)),
    `port: ${port}`,
    ...(tls === undefined
      ? []
      : [
          `tls-port: ${tls.port}`,
          `tls-service-pem: "${tls.certificate.certificateFile}"`,
          `tls-service-key: "${tls.certificate.keyFile}"`,
        ]),
    `directory: "${directory}"`,
    'chroot: ""',
    // As the user who runs the tests.
    'username: ""',
    'pidfile: ""',
    'use-syslog: no',
    'logfile: ""',
    'verbosity: 1',
    'num-threads: 1',
    // Otherwise two of them could have the same port.
    'so-reuseport: no',
    'access-control: 127.0.0.0/8 allow',
    'access-control: ::1 allow',
    'module-config: "iterator"',
    'do-not-query-localhost: no',
    'local-zone: "test." nodefault',
    options,
    'remote-control:',
    'control-enable: no',
    'forward-zone:',
    'name: "."',
    `forward-addr: ${forwardTo.address}@${forwardTo.port}`,
    '',
  ].join('\n')
}
