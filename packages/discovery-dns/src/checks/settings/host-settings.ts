import { readRegularFile, systemClock } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import type { StubSettings } from '../../client/current-settings.js'
import { parseDomains } from '../../config/domain-name.js'
import { DNS_PORT, type NameServer, parseServers } from '../../config/name-server.js'
import { readSystemSettings, systemSources } from '../../config/system-settings.js'
import { checkedTls, type TlsOptions } from '../../transport/tls/tls-options.js'
import { TLS_PORT, tlsTransport } from '../../transport/tls/tls-socket.js'
import { readTlsTrust } from '../../transport/tls/tls-trust.js'
import { plainTransport, type Transport } from '../../transport/transport.js'

/** Options about name servers and search domains. */
interface HostSettingsOptions {
  readonly servers?: readonly string[] | undefined
  readonly domains?: readonly string[] | undefined
  readonly tls?: boolean | TlsOptions | undefined
  readonly resolvConf?: string | undefined
}

/** Facts about resolv.conf(5), when settings come from it. */
export interface ResolvConfFacts {
  readonly path: string
  /** `undefined` when it does not exist or cannot be read. */
  readonly text: string | undefined
  readonly fault: { readonly code: string; readonly message: string } | undefined
  /** True when servers, or domains, come from it. */
  readonly forServers: boolean
  readonly forDomains: boolean
}

/** The settings of this host for DNS queries. */
export interface HostSettings {
  readonly settings: StubSettings
  /** `undefined` when all settings come from options. */
  readonly resolvConf: ResolvConfFacts | undefined
  /** The reason why TLS cannot be used. */
  readonly tlsFault: { readonly code: string; readonly message: string } | undefined
}

/**
 * Combines validated options with the settings of the host.
 *
 * @param signal closes connections that are kept
 */
export async function readHostSettings(options: CheckedHostOptions, signal: AbortSignal): Promise<HostSettings> {
  const { servers, domains, tls } = options
  const trust = tls === undefined ? undefined : await readTlsTrust(tls)
  const tlsFault = trust?.kind === 'failed' ? trust.error : undefined
  const channel: Transport = trust?.kind === 'trust' ? tlsTransport(trust.trust) : plainTransport(systemClock)
  signal.addEventListener('abort', () => channel.close(), { once: true })
  const port = options.port
  const sources = systemSources()
  const path = options.resolvConf ?? sources.resolvConf
  const isWhole = servers !== undefined && domains !== undefined
  const fromFile = { servers: servers === undefined, domains: domains === undefined }
  const needs = { ...fromFile, domains: fromFile.domains && sources.environment.LOCALDOMAIN === undefined }
  const reading = { needs, signal }
  const system = isWhole ? undefined : await readSystemSettings({ ...sources, resolvConf: path }, port, reading)
  const settings: StubSettings = {
    servers: servers ?? system?.servers ?? [],
    serversGiven: servers !== undefined,
    domains: domains ?? system?.domains ?? [],
    options: system?.options ?? {},
    channel,
  }
  if (system === undefined) return { settings, resolvConf: undefined, tlsFault }
  const text = await readRegularFile(path, { maxOctets: 1_024 * 1_024 }).then(
    ({ bytes }) => bytes.toString('utf8'),
    () => undefined,
  )
  const facts = {
    path,
    text,
    fault: system.fault,
    forServers: fromFile.servers,
    forDomains: fromFile.domains,
  }
  return { settings, resolvConf: facts, tlsFault }
}

/** Validated options about name servers and search domains. */
export interface CheckedHostOptions {
  readonly servers: readonly NameServer[] | undefined
  readonly domains: readonly Name[] | undefined
  readonly tls: ReturnType<typeof checkedTls>
  readonly port: number
  readonly resolvConf: string | undefined
}

/** Validates the options. @throws DiscoveryError `ERR_OPTION_INVALID` */
export function validateHostOptions({ servers, domains, tls, resolvConf }: HostSettingsOptions): CheckedHostOptions {
  const checked = checkedTls(tls)
  const port = checked === undefined ? DNS_PORT : TLS_PORT
  return {
    servers: servers === undefined || servers.length === 0 ? undefined : parseServers(servers, port),
    domains: domains === undefined || domains.length === 0 ? undefined : parseDomains(domains),
    tls: checked,
    port,
    resolvConf,
  }
}
