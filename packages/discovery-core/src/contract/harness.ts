import type { Resolver } from '../resolver.js'

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

/** What a law wants to be true. The suite makes it up; a harness only publishes it. */
export interface World {
  readonly clusters: readonly WorldCluster[]
}

/** A resolver on a published world. Disposing the fixture takes everything down, the resolver included. */
export interface Fixture extends AsyncDisposable {
  readonly resolver: Resolver
}

/** What a kind of source can do by nature. A flag never silences a law: where it is false, the opposite law is run. */
export interface ContractSupports {
  /** It can say "no such cluster". Multicast cannot: silence is not a no. */
  readonly absence: boolean
  /** It can say that a cluster exists which has no endpoint. */
  readonly emptyClusters: boolean
}

/** How one backend is put under the contract. */
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
  /** How long laws wait where only time can tell. */
  readonly patience?: ContractPatience | undefined
}

/** How long laws wait, in milliseconds. What is here at once may be given less, a slow medium more. */
export interface ContractPatience {
  /** What a question to a broken source gets; default 300. */
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
