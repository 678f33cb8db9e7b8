import { parseClusterName } from '../model/cluster-name.js'
import type { ResolveEvent } from '../model/events.js'
import type { QueryOptions, Resolver } from '../query/resolver.js'
import type { ContractFaults, ContractSupports, Fixture, World } from './harness.js'

/** Context in which a law runs. */
export interface LawContext {
  readonly supports: ContractSupports
  /** Publishes the world; the resolver of the fixture is the one under test. */
  publish(world: World): Promise<Fixture>
  /** Waiting times, in milliseconds, where only time can decide. */
  readonly patience: { readonly answer: number; readonly release: number }
  /** Breaks the source. Only laws that need that fault may ask for it. */
  breakdown(fault: keyof ContractFaults): Promise<Fixture>
}

/** One thing that is true of every resolver. */
export interface Law {
  /** Stable, for example `R-10`; its anchor in docs/laws.md has the statement, the reason and the fix. */
  readonly id: string
  readonly title: string
  /** The broken source that it needs. */
  readonly needs?: keyof ContractFaults
  /** Rejects where the law is broken. */
  run(context: LawContext): Promise<void>
}

/** A way to ask a resolver, for laws that hold for every method. */
export type AskAnything = (resolver: Resolver, options?: QueryOptions) => AsyncIterable<ResolveEvent>

/** Every method, each with a query that {@link simpleWorld} can answer. */
export const everyMethod: Readonly<Record<'discover' | 'resolve', AskAnything>> = {
  discover: (resolver, options) => resolver.discover(options),
  resolve: (resolver, options) => resolver.resolve(parseClusterName('alpha'), options),
}

/** Two clusters that share an address. */
export const simpleWorld: World = {
  clusters: [
    {
      name: 'alpha',
      endpoints: [
        { address: '192.0.2.1', port: 2510 },
        { address: '192.0.2.2', port: 2511 },
      ],
    },
    { name: 'Beta_2-x', endpoints: [{ address: '192.0.2.1', port: 2510 }] },
  ],
}
