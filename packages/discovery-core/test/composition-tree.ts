import {
  type AttemptStatus,
  type Clock,
  cached,
  firstOf,
  memoryResolver,
  mergeOf,
  newAttemptId,
  type ResolveEvent,
  type Resolver,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { type SimulatedResolver, type Step, simulatedResolver } from './simulated-resolver.js'

/** A resolver that keeps the rules, or how it breaks them. */
export type Leaf =
  | { readonly kind: 'polite'; readonly script: readonly Step[] }
  | { readonly kind: 'deaf' | 'throws' | 'endless'; readonly after: number }

/** A composition of any depth. */
export type Tree =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'first' | 'merge' | 'cached'; readonly children: readonly Tree[] }

const time = fc.integer({ min: 0, max: 3_000 })
const status = fc.constantFrom<AttemptStatus[]>('empty', 'silent', 'refused', 'timeout', 'unreachable', 'skipped')
const result = fc.tuple(time, fc.integer({ min: 1, max: 9 }))

/** A script that keeps the rules: results first, then an end that fits them. */
export const politeScript: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(result, { maxLength: 3 }), fc.boolean(), time, status)
  .map(([results, known, rest, how]) => {
    const ordered = results.toSorted(([a], [b]) => a - b)
    const endAt = (ordered.at(-1)?.[0] ?? 0) + rest
    const steps: Step[] = known ? [[0, 'cluster', 'alpha']] : []
    for (const [at, host] of ordered) steps.push([at, 'endpoint', `192.0.2.${host}`])
    return [...steps, [endAt, 'end', results.length > 0 ? 'found' : how]]
  })

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  { weight: 8, arbitrary: politeScript.map((script) => ({ kind: 'polite' as const, script })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('deaf' as const, 'throws' as const, 'endless' as const),
      after: time,
    }),
  },
)

/** Compositions of one to three levels. */
export const tree: fc.Arbitrary<Tree> = fc.letrec<{ inner: Tree; tree: Tree }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'tree' },
    leaf.map((one) => ({ kind: 'leaf' as const, leaf: one })),
    tie('tree'),
  ),
  tree: fc.record({
    kind: fc.constantFrom('first' as const, 'merge' as const, 'cached' as const),
    children: fc.array(tie('inner'), { minLength: 1, maxLength: 3, depthIdentifier: 'tree' }),
  }),
})).tree

/** Builds the composition; the polite leaves are told to `leaves`. */
export function grow(of: Tree, clock: Clock, leaves: SimulatedResolver[] = []): Resolver {
  if (of.kind === 'leaf') return growLeaf(of.leaf, clock, leaves)
  const children = of.children.map((child) => grow(child, clock, leaves))
  if (of.kind === 'first') return firstOf(children, { clock })
  // Who is asked in the background later is another matter.
  const union = mergeOf(children, { clock })
  return of.kind === 'merge' ? union : cached(union, { clock, refreshAhead: 0 })
}

function growLeaf(of: Leaf, clock: Clock, leaves: SimulatedResolver[]): Resolver {
  const name = `leaf${leaves.length}`
  if (of.kind === 'polite') {
    const resolver = simulatedResolver(name, clock, of.script)
    leaves.push(resolver)
    return resolver
  }
  const rude = async function* (): AsyncGenerator<ResolveEvent> {
    yield { type: 'attempt-started', id: newAttemptId(), backend: name, method: 'rude', target: of.kind }
    await clock.sleep(of.after)
    if (of.kind === 'throws') throw new Error('a fault of the resolver itself')
    if (of.kind === 'endless') return
    await clock.sleep(60_000)
  }
  return { ...memoryResolver({ clusters: {}, clock }), name, resolve: rude }
}
