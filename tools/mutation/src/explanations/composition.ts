import type { Explanation } from '../explained.js'

const line = (file: string, source: string, because: string, ...mutators: readonly string[]): Explanation => ({
  target: 'composition',
  file: `discovery-core/src/${file}`,
  source,
  because,
  ...(mutators.length > 0 ? { mutators } : {}),
})

/** Survivors of `firstOf` and `mergeOf`. */
export const compositionExplanations: readonly Explanation[] = [
  line(
    'merge-of.ts',
    "(event, index) => event.type === 'endpoint' && endpoints[index]?.push(event),",
    'there is a list for each resolver: the compiler does not know',
    'OptionalChaining',
  ),
  line('race.ts', 'readonly #relays: Promise<void>[] = []', 'what is no promise is not waited for', 'ArrayDeclaration'),
  line(
    'race.ts',
    "question.signal.addEventListener('abort', onTimeUp, { signal: this.#over.signal })",
    'after the race it starts a timer that is stopped at once: it would only be kept for longer',
    'ObjectLiteral',
  ),
  line(
    'race.ts',
    'if (index > 0) this.#after(index * startDelay, () => this.#start(runner))',
    'the first has started by then, and nobody starts twice',
  ),
  line(
    'race.ts',
    'const nobodyHadFound = this.#leader() === undefined',
    'a further timer ends a patience that is over by then',
    'ConditionalExpression',
  ),
  line(
    'race.ts',
    'if (nobodyHadFound) this.#after(patience, () => this.#endPatience())',
    'a further timer ends a patience that is over by then',
    'ConditionalExpression',
  ),
  line(
    'race.ts',
    'return this.#runners.indexOf(runner) < this.#runners.indexOf(winner)',
    'the winner itself is not asked about',
    'EqualityOperator',
  ),
  line(
    'united-clusters.ts',
    '#sources: readonly Source[] = []',
    'it is no source, so that the first one is another',
    'ArrayDeclaration',
  ),
  line(
    'united-clusters.ts',
    'if (this.#places === undefined && key > this.#lastKey) {',
    'the table finds what the list would: it only takes time and memory',
  ),
  line(
    'united-clusters.ts',
    'const inOrder = [...places].sort(([a], [b]) => (a < b ? -1 : 1))',
    'each name is there once',
    'EqualityOperator',
  ),
  line(
    'report-fold.ts',
    'if (comparePreference(event, united.best) < 0) united.best = event',
    'of the best only what is compared is used, and what is compared is equal then',
    'EqualityOperator',
  ),
  line(
    'report-fold.ts',
    'const byPreference = events.length === 1 ? events : events.toSorted(comparePreference)',
    'a shortcut: one is in order',
    'ConditionalExpression',
  ),
  line(
    'report-fold.ts',
    'if (negativeTtl === undefined && withdrawn === undefined) return Object.freeze(attempt)',
    'a shortcut: the long way comes to the same',
    'ConditionalExpression',
  ),
  line(
    'report-fold.ts',
    'const [left, right] = [a.preference ?? [], b.preference ?? []]',
    'sorting asks only whether what came later goes first, which nothing does before one without a preference',
    'ArrayDeclaration',
  ),
  line(
    'report-fold.ts',
    'for (let index = 0; index < Math.max(left.length, right.length); index += 1) {',
    'beyond both ends they are equal',
    'EqualityOperator',
  ),
]
