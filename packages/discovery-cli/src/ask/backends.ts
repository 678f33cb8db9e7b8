import type { Resolver } from '@pstorage/discovery-core'
import type { TlsOptions } from '@pstorage/discovery-dns'

/** The backends that exist. */
export type BackendName = 'dns' | 'bootstrap' | 'zeroconf'

/** What the command line says about how name servers prove who they are. */
export interface TlsSettings {
  /** The name in their certificates; without it their addresses count. */
  readonly name: string | undefined
  readonly caFile: string | undefined
  /** Each a SHA-256 of a public key, in base64. */
  readonly pins: readonly string[]
  /** Whether transfers need a server that selects the protocol; default `require`. */
  readonly alpn: 'require' | 'offer' | undefined
}

/** What the command line says about where to ask; an empty list: as the backend itself decides. */
export interface BackendSettings {
  /** `IP[:PORT]` of name servers. */
  readonly servers: readonly string[]
  /** Search domains. */
  readonly domains: readonly string[]
  /** When to ask for a zone transfer. */
  readonly axfr: 'auto' | 'always' | 'never'
  /** The file with the key that signs zone transfers. */
  readonly tsigKeyFile: string | undefined
  /** Set when everything goes over TLS. */
  readonly tls: TlsSettings | undefined
  /** Names of network interfaces for zeroconf. */
  readonly interfaces: readonly string[]
  /** Where the bootstrap lists are. */
  readonly directories: readonly string[]
  /** `IP[:PORT]` of metadata servers, given by hand. */
  readonly addresses: readonly string[]
}

/** Makes the resolver of a backend; throws a `DiscoveryError` when a setting cannot work. */
export type BackendLoader = (settings: BackendSettings) => Promise<Resolver>

/** One loader for each backend. */
export type BackendLoaders = Readonly<Record<BackendName, BackendLoader>>

/** The real ones. A backend is loaded when it is asked, and not before. */
export const backendLoaders: BackendLoaders = {
  async dns({ servers, domains, axfr, tsigKeyFile, tls }) {
    const { dnsResolver } = await import('@pstorage/discovery-dns')
    return dnsResolver({
      axfr,
      ...(servers.length > 0 && { servers }),
      ...(domains.length > 0 && { domains }),
      ...(tsigKeyFile !== undefined && { tsigKey: { file: tsigKeyFile } }),
      ...(tls !== undefined && { tls: tlsOptions(tls) }),
    })
  },
  async bootstrap({ directories, addresses }) {
    const { bootstrapResolver } = await import('@pstorage/discovery-bootstrap')
    return bootstrapResolver({
      ...(directories.length > 0 && { directories }),
      ...(addresses.length > 0 && { addresses }),
    })
  },
  async zeroconf({ interfaces }) {
    const { zeroconfResolver } = await import('@pstorage/discovery-zeroconf')
    return zeroconfResolver(interfaces.length > 0 ? { interfaces } : {})
  },
}

/** Their names, in the default order of preference. */
export const backendNames: readonly BackendName[] = ['dns', 'bootstrap', 'zeroconf']

/** The same for the backend. */
export function tlsOptions({ name, caFile, pins, alpn }: TlsSettings): TlsOptions {
  return {
    name,
    ca: caFile === undefined ? undefined : { file: caFile },
    pins: pins.length > 0 ? pins : undefined,
    alpn,
  }
}
