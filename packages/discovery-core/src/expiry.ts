import type { ClusterName } from './cluster-name.js'
import type { Resolver } from './resolver.js'

/** How a resolver that keeps answers, or is made of such, is told that one is not good enough any more. */
const expiry: unique symbol = Symbol.for('@pstorage/discovery-core/expire')

type Expire = (cluster: ClusterName | undefined) => void
type Expiring = Resolver & { readonly [expiry]?: Expire }

/** The very same resolver, which can now be told. */
export function withExpiry<Kind extends Resolver>(resolver: Kind, expire: Expire): Kind {
  return Object.assign(resolver, { [expiry]: expire })
}

/** Has the next question about one cluster, or about the names, ask anew wherever answers are kept. */
export function expireKept(resolver: Resolver, cluster: ClusterName | undefined): void {
  const expiring: Expiring = resolver
  expiring[expiry]?.(cluster)
}

/** Tells all that a resolver is made of. */
export function expireAll(resolvers: readonly Resolver[]): Expire {
  return (cluster) => {
    for (const resolver of resolvers) expireKept(resolver, cluster)
  }
}
