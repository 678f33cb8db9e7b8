import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Name } from '@pstorage/dns-message'
import { parseDomain } from './domain-name.js'
import { DNS_PORT, parseNameServer } from './name-server.js'
import { parseResolvConf, parseResolvConfOptions, searchDomains } from './resolv-conf.js'
import { parseDomains, type StubSettings } from './stub-settings.js'

/** What this host says about DNS. */
export interface SystemSources {
  /** Default `/etc/resolv.conf`. */
  readonly resolvConf: string
  readonly environment: { readonly LOCALDOMAIN?: string | undefined; readonly RES_OPTIONS?: string | undefined }
  /** The name of this host, whose domain is the search list where there is none. */
  readonly hostname: string
}

/** The settings of the system, and what is wrong with them. */
export interface SystemSettings extends Omit<StubSettings, 'channel'> {
  /** Set when resolv.conf is there and cannot be read. */
  readonly fault: { readonly code: string; readonly message: string } | undefined
}

/** The real sources. */
export function systemSources(): SystemSources {
  const { LOCALDOMAIN, RES_OPTIONS } = process.env
  return { resolvConf: '/etc/resolv.conf', environment: { LOCALDOMAIN, RES_OPTIONS }, hostname: hostname() }
}

/**
 * Reads resolv.conf(5), LOCALDOMAIN and RES_OPTIONS. Without a name server in them the one on this host is asked, as
 * resolv.conf(5) says; never a public one.
 *
 * @param port at which they are asked
 */
export async function readSystemSettings(sources: SystemSources, port: number = DNS_PORT): Promise<SystemSettings> {
  const { environment, hostname } = sources
  const file = await readResolvConf(sources.resolvConf)
  const { nameservers, search, options } = parseResolvConf(file.text)
  const localDomains = environment.LOCALDOMAIN?.split(/[ \t]+/)
  const hostDomain = hostname.includes('.') ? [hostname.slice(hostname.indexOf('.') + 1)] : []
  const domains = localDomains ?? search ?? hostDomain
  return {
    servers: (nameservers.length > 0 ? nameservers : ['127.0.0.1', '::1']).map((address) =>
      parseNameServer(address, port),
    ),
    serversGiven: false,
    domains: validDomains(searchDomains(domains)),
    options: { ...options, ...parseResolvConfOptions(environment.RES_OPTIONS?.split(/[ \t]+/) ?? []) },
    fault: file.fault,
  }
}

async function readResolvConf(path: string) {
  try {
    return { text: await readFile(path, 'utf8'), fault: undefined }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO' // readFile rejects with system errors only
    const fault = code === 'ENOENT' ? undefined : { code, message: `${path} cannot be read: ${code}` }
    return { text: '', fault }
  }
}

/** A search list with one bad entry still serves with the others. */
function validDomains(texts: readonly string[]): readonly Name[] {
  const valid = texts.filter((text) => {
    try {
      return parseDomain(text).length > 0
    } catch {
      return false
    }
  })
  return parseDomains(valid)
}
