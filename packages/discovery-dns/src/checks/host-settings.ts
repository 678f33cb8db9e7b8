import { readFile } from 'node:fs/promises'
import { systemClock } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import { type Channel, plainChannel } from '../channel.js'
import { DNS_PORT, type NameServer } from '../name-server.js'
import { parseDomains, parseServers, type StubSettings } from '../stub-settings.js'
import { readSystemSettings, systemSources } from '../system-settings.js'
import { TLS_PORT, tlsChannel } from '../tls/tls-channel.js'
import { checkedTls, type TlsOptions } from '../tls/tls-options.js'
import { readTlsTrust } from '../tls/tls-trust.js'

/** Whom to ask and where to look, as options say it. */
export interface HostSettingsOptions {
  readonly servers?: readonly string[] | undefined
  readonly domains?: readonly string[] | undefined
  readonly tls?: boolean | TlsOptions | undefined
  readonly resolvConf?: string | undefined
}

/** What resolv.conf(5) is, where it counts. */
export interface ResolvConfFacts {
  readonly path: string
  /** `undefined` where it is not there or cannot be read. */
  readonly text: string | undefined
  readonly fault: { readonly code: string; readonly message: string } | undefined
  /** Whether servers, or domains, come from it. */
  readonly forServers: boolean
  readonly forDomains: boolean
}

/** How this host asks name servers. */
export interface HostSettings {
  readonly settings: StubSettings
  /** `undefined` where options say everything. */
  readonly resolvConf: ResolvConfFacts | undefined
  /** Why TLS cannot be used. */
  readonly tlsFault: { readonly code: string; readonly message: string } | undefined
}

/**
 * Reads options that were checked by {@link checkedHostOptions}, and what the host says for the rest.
 *
 * @param signal closes connections that are kept
 */
export async function hostSettings(options: CheckedHostOptions, signal: AbortSignal): Promise<HostSettings> {
  const { servers, domains, tls } = options
  const trusting = tls === undefined ? undefined : await readTlsTrust(tls)
  const tlsFault = trusting?.kind === 'failed' ? trusting.error : undefined
  const channel: Channel = trusting?.kind === 'trust' ? tlsChannel(trusting.trust) : plainChannel(systemClock)
  signal.addEventListener('abort', () => channel.close(), { once: true })
  const port = options.port
  const sources = systemSources()
  const path = options.resolvConf ?? sources.resolvConf
  const isWhole = servers !== undefined && domains !== undefined
  const system = isWhole ? undefined : await readSystemSettings({ ...sources, resolvConf: path }, port)
  const settings: StubSettings = {
    servers: servers ?? system?.servers ?? [],
    serversGiven: servers !== undefined,
    domains: domains ?? system?.domains ?? [],
    options: system?.options ?? {},
    channel,
  }
  if (system === undefined) return { settings, resolvConf: undefined, tlsFault }
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const facts = {
    path,
    text,
    fault: system.fault,
    forServers: servers === undefined,
    forDomains: domains === undefined,
  }
  return { settings, resolvConf: facts, tlsFault }
}

/** Options without a fault of their own. */
export interface CheckedHostOptions {
  readonly servers: readonly NameServer[] | undefined
  readonly domains: readonly Name[] | undefined
  readonly tls: ReturnType<typeof checkedTls>
  readonly port: number
  readonly resolvConf: string | undefined
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function checkedHostOptions({ servers, domains, tls, resolvConf }: HostSettingsOptions): CheckedHostOptions {
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
