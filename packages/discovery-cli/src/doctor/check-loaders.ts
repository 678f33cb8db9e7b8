import type { ClusterName } from '@pstorage/discovery-core'
import type { Finding } from '@pstorage/discovery-core/checks'
import type { CheckDnsOptions } from '@pstorage/discovery-dns/checks'
import { type BackendName, type BackendSettings, tlsOptions } from '../ask/backends.js'

/** What is the same for all checks of a run. */
export interface CheckRun {
  /** Only this cluster. */
  readonly cluster: ClusterName | undefined
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** Loads the checks of a backend, and makes them. */
export type CheckLoader = (settings: BackendSettings, run: CheckRun) => Promise<AsyncIterable<Finding>>

/** One loader for each backend. */
export type CheckLoaders = Readonly<Record<BackendName, CheckLoader>>

/** What the command line says about DNS, for its checks. */
export function dnsCheckOptions({ servers, domains, axfr, tsigKeyFile, tls }: BackendSettings): CheckDnsOptions {
  return {
    axfr,
    ...(servers.length > 0 && { servers }),
    ...(domains.length > 0 && { domains }),
    ...(tsigKeyFile !== undefined && { tsigKey: { file: tsigKeyFile } }),
    ...(tls !== undefined && { tls: tlsOptions(tls) }),
  }
}

/** The real ones. */
export const checkLoaders: CheckLoaders = {
  async dns(settings, run) {
    const { checkDns } = await import('@pstorage/discovery-dns/checks')
    return checkDns({ ...dnsCheckOptions(settings), ...run })
  },
  async bootstrap({ directories }, { cluster, signal }) {
    const { checkBootstrap } = await import('@pstorage/discovery-bootstrap/checks')
    return checkBootstrap({ ...(directories.length > 0 && { directories }), cluster, signal })
  },
  async zeroconf({ interfaces }, run) {
    const { checkZeroconf } = await import('@pstorage/discovery-zeroconf/checks')
    return checkZeroconf({ ...(interfaces.length > 0 && { interfaces }), ...run })
  },
}
