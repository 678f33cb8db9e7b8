import type { Resolver } from './resolver.js'

const ours = new WeakSet<Resolver>()

/** Remembers that a resolver was made by `createResolver`, which sees to the rules of a stream. */
export function trust(resolver: Resolver): Resolver {
  ours.add(resolver)
  return resolver
}

/** Whether a resolver was made by `createResolver`. A copy of it, which may differ, was not. */
export function keepsTheRules(resolver: Resolver): boolean {
  return ours.has(resolver)
}
