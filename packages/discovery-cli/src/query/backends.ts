import { DiscoveryError, firstOf, mergeOf, type Resolver, type Warning } from '@pstorage/discovery-core'
import { type QuerySettings, tlsOptions } from '../args/settings.js'
import type { BackendLoaders, BackendSettings } from '../context.js'
import { UsageError } from '../exit-codes.js'
import { warnOfZeroconfOnly } from './zeroconf-only.js'

/** The backends, each loaded when it is used. */
export const backendLoaders: BackendLoaders = {
  async dns({ servers, domains, axfr, denials, tsigKeyFile, tls }) {
    const { dnsResolver } = await import('@pstorage/discovery-dns')
    return dnsResolver({
      axfr,
      denials,
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

/**
 * Loads the selected backends and composes one resolver of them. Addresses of `-b` replace all backends.
 *
 * @throws UsageError when a backend refuses its settings; then nothing has been queried, and nothing is left open.
 */
export async function composeResolver(
  { backends, settings, policy }: Pick<QuerySettings, 'backends' | 'settings' | 'policy'>,
  loaders: BackendLoaders,
): Promise<Resolver> {
  const names = settings.addresses.length > 0 ? (['bootstrap'] as const) : backends
  const loaded = await Promise.allSettled(names.map((name) => loaders[name](settings)))
  const resolvers = loaded.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []))
  const failure = loaded.find((load) => load.status === 'rejected')
  if (failure !== undefined) {
    await Promise.all(resolvers.map((resolver) => resolver[Symbol.asyncDispose]()))
    throw asUsageError(failure.reason)
  }
  const [only, ...others] = resolvers
  if (only !== undefined && others.length === 0) return warnOfZeroconfOnly(only)
  return warnOfZeroconfOnly(policy === 'first' ? firstOf(resolvers) : mergeOf(resolvers))
}

/** Makes wrong usage of a setting that a backend refuses. */
export function asUsageError(reason: unknown): unknown {
  return DiscoveryError.isInstance(reason) ? new UsageError(reason.message, { cause: reason }) : reason
}

/**
 * Warns of a key in a query for the endpoints of a cluster: only zone transfers are signed, and these are for names. The option is
 * allowed all the same, so that all commands take the same ones.
 */
export function keyWithoutEffect({ tsigKeyFile }: BackendSettings): readonly Warning[] {
  if (tsigKeyFile === undefined) return []
  const message = '--tsig-key has no effect here: it signs zone transfers, and addresses need none'
  return [{ code: 'option-without-effect', message }]
}
