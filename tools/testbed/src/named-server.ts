import { type NamedSettings, namedConfig } from './named-config.js'
import {
  type ListenOptions,
  type RealServer,
  type RealTlsServer,
  type ServerKind,
  startRealServer,
} from './real-server.js'
import { zoneFiles } from './served-zone.js'
import type { ServerCertificate } from './server-certificate.js'

/** Options of {@link namedServer}. */
export interface NamedServerOptions extends NamedSettings, ListenOptions {}

/** A real BIND that is running. */
export type NamedServer = RealServer

const named: ServerKind<NamedServerOptions> = {
  name: 'named',
  debianPackage: 'bind9',
  ready: / running$/,
  incomplete: /not loaded due to errors|interface ignored|could not listen|address in use/,
  args: (configFile) => ['-g', '-c', configFile, '-n', '1'],
  config: namedConfig,
  files: zoneFiles,
}

/**
 * Starts BIND's `named` on a free port of loopback, and resolves when it has loaded its zones.
 *
 * It runs in the foreground in a temporary directory, without control channel, notifications or automatic zones. Who may
 * not transfer is answered REFUSED.
 *
 * @throws Error when named is not installed, or refuses its configuration or a zone; the message holds its log.
 */
export function namedServer(options: NamedServerOptions & { readonly tls: ServerCertificate }): Promise<RealTlsServer>
export function namedServer(options?: NamedServerOptions): Promise<NamedServer>
export function namedServer(options: NamedServerOptions = {}): Promise<NamedServer> {
  return startRealServer(named, options)
}
