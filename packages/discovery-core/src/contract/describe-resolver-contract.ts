import assert from 'node:assert/strict'
import { firstOf } from '../compose/first-of.js'
import { memoryResolver } from '../compose/memory-resolver.js'
import { mergeOf } from '../compose/merge-of.js'
import type { Resolver } from '../query/resolver.js'
import type { ContractFaults, ContractHarness, ContractRunner, ContractSupports, Fixture } from './harness.js'
import type { Law, LawContext } from './law.js'
import { abortLaws } from './laws/abort-laws.js'
import { discoverLaws } from './laws/discover-laws.js'
import { disposalLaws } from './laws/disposal-laws.js'
import { faultLaws } from './laws/fault-laws.js'
import { hintLaws } from './laws/hint-laws.js'
import { resolveLaws } from './laws/resolve-laws.js'
import { streamLaws } from './laws/stream-laws.js'

/** Every law of the contract, in the order in which they are run. */
export const laws: readonly Law[] = [
  ...discoverLaws,
  ...resolveLaws,
  ...streamLaws,
  ...abortLaws,
  ...disposalLaws,
  ...faultLaws,
  ...hintLaws,
]

interface Variant {
  readonly label: string
  readonly supports: ContractSupports
  wrap(resolver: Resolver): Resolver
}

/**
 * Describes, in the tests of a backend, the laws that every resolver keeps; then the same for `firstOf([backend])` and
 * `mergeOf([backend, empty])`, since what composes resolvers is a resolver.
 *
 * The suite makes up the worlds and knows what must be found; the harness only publishes them. A law that cannot be run
 * because the harness lacks a broken source is named as such. Assertions are those of `node:assert`, so any runner will do.
 */
export function describeResolverContract(runner: ContractRunner, harness: ContractHarness): void {
  for (const variant of variantsOf(harness)) {
    runner.describe(`the resolver contract: ${variant.label}`, () => describeLaws(runner, harness, variant))
  }
}

function variantsOf({ name, supports }: ContractHarness): readonly Variant[] {
  const empty = (): Resolver => memoryResolver({ clusters: {}, name: 'empty' })
  return [
    { label: name, supports, wrap: (resolver) => resolver },
    { label: `firstOf([${name}])`, supports, wrap: (resolver) => firstOf([resolver]) },
    {
      label: `mergeOf([${name}, empty])`,
      // The empty one says no where multicast cannot.
      supports: { ...supports, absence: true },
      wrap: (resolver) => mergeOf([resolver, empty()]),
    },
  ]
}

function describeLaws({ it }: ContractRunner, harness: ContractHarness, variant: Variant): void {
  const context = contextOf(harness, variant)
  let registered = 0
  let kept = 0
  for (const law of laws) {
    const title = `${law.id} ${law.title}`
    if (law.needs !== undefined && harness.faults?.[law.needs] === undefined) {
      const notRun = it.skip ?? it
      notRun(`${title} (not run: the harness has no source that is ${law.needs})`, async () => {})
      continue
    }
    registered += 1
    it(title, async () => {
      await law.run(context)
      kept += 1
    })
  }
  it('R-00 every law above was run and kept', async () => {
    assert.ok(registered > 0)
    assert.equal(kept, registered)
  })
}

function contextOf(harness: ContractHarness, { supports, wrap }: Variant): LawContext {
  const wrapped = async (creating: Promise<Fixture>): Promise<Fixture> => {
    const fixture = await creating
    const resolver = wrap(fixture.resolver)
    return {
      resolver,
      async [Symbol.asyncDispose]() {
        if (resolver !== fixture.resolver) await resolver[Symbol.asyncDispose]()
        await fixture[Symbol.asyncDispose]()
      },
    }
  }
  const { answer = 300, release = 1_000 } = harness.patience ?? {}
  return {
    supports,
    patience: { answer, release },
    publish: (world) => wrapped(harness.create(world)),
    breakdown: (fault: keyof ContractFaults) => {
      const create = harness.faults?.[fault]
      assert.ok(create !== undefined, `the harness has no source that is ${fault}`)
      return wrapped(create())
    },
  }
}
