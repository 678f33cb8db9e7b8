import type { Resolver } from '../query/resolver.js'

/** The test runner's own functions: vitest, `node:test`, mocha and jest all have them. */
export interface ContractRunner {
  /** Names a group of laws. */
  describe(name: string, body: () => void): unknown
  /** Runs one law as a test. */
  it: {
    (name: string, body: () => Promise<void>): unknown
    /** Marks a law that cannot be run here; without it such a law is a passing test whose name says so. */
    skip?: ((name: string, body: () => Promise<void>) => unknown) | undefined
  }
}

/** One endpoint that a world has. */
export interface WorldEndpoint {
  /** A canonical IP address. */
  readonly address: string
  readonly port: number
}

/** One cluster that a world has. Its name may break the rule on purpose. */
export interface WorldCluster {
  readonly name: string
  readonly endpoints: readonly WorldEndpoint[]
}

/** Clusters that a law needs. The suite defines them; a harness only publishes them. */
export interface World {
  readonly clusters: readonly WorldCluster[]
}

/** A resolver on a published world. Disposing the fixture takes everything down, the resolver included. */
export interface Fixture extends AsyncDisposable {
  readonly resolver: Resolver
}

/** Abilities of a kind of source. A flag never silences a law: where it is false, the opposite law is run. */
export interface ContractSupports {
  /** It can say "no such cluster". Multicast cannot: silence is not a no. */
  readonly absence: boolean
  /** It can say that a cluster exists which has no endpoint. */
  readonly emptyClusters: boolean
}

/** Connects one backend to the contract. */
export interface ContractHarness {
  readonly name: string
  readonly supports: ContractSupports
  /**
   * Publishes the world into the real thing (a name server, multicast, files) and gives a fresh resolver on it.
   * What the medium cannot carry, such as a name that is too long for it, is left out.
   */
  create(world: World): Promise<Fixture>
  /** Sources that are broken. A missing one shows as a law that was not run. */
  readonly faults?: ContractFaults | undefined
  /** Time that laws wait where only time can decide. */
  readonly patience?: ContractPatience | undefined
}

/** Waiting times of the laws, in milliseconds. A fast source may get less, a slow medium more. */
export interface ContractPatience {
  /** Timeout of a query to a broken source; default 300. */
  readonly answer?: number | undefined
  /** In which what a question has opened must be closed again; default 1000. */
  readonly release?: number | undefined
}

/** Broken sources, each with a fresh resolver on it. */
export interface ContractFaults {
  /** It accepts questions and never answers. */
  readonly silent?: (() => Promise<Fixture>) | undefined
  /** There is no way to it. */
  readonly unreachable?: (() => Promise<Fixture>) | undefined
  /** It answers with rubbish. */
  readonly malformed?: (() => Promise<Fixture>) | undefined
}
