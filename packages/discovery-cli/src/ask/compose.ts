import { DiscoveryError, firstOf, mergeOf, type Resolver } from '@pstorage/discovery-core'
import type { AskSettings } from '../command-line/settings.js'
import { UsageError } from '../command-line/usage-error.js'
import type { BackendLoaders } from './backends.js'
import { warnOfZeroconfOnly } from './zeroconf-only.js'

/**
 * Loads the backends that are to be asked and makes one resolver of them. Addresses given by hand are the whole answer.
 *
 * @throws UsageError when a backend refuses its settings; nothing has been asked then, and nothing is left open.
 */
export async function composeResolver(
  { backends, settings, policy }: Pick<AskSettings, 'backends' | 'settings' | 'policy'>,
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

/** What a backend minds about its settings is wrong usage here. */
export function asUsageError(reason: unknown): unknown {
  return DiscoveryError.isInstance(reason) ? new UsageError(reason.message, { cause: reason }) : reason
}
