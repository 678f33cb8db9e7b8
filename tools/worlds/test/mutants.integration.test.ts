import { describe, expect, it } from 'vitest'
import { runRange } from '../src/run-range.js'
import { spread, worldSet } from '../src/world-sets.js'
import { type Mutation, mutantProduct } from './mutant-product.js'

interface Row extends Mutation {
  readonly rule: string
  /** The set that finds it, and the number of worlds of it; default all. */
  readonly set: string
  readonly worlds?: number
}

const dns = 'packages/discovery-dns/src'
const bootstrap = 'packages/discovery-bootstrap/src'

/** The product without one of the rules of when a denial counts. */
const mutants: readonly Row[] = [
  {
    rule: 'D1 a denial that is stale or filtered counts',
    file: `${dns}/reply/denial.ts`,
    find: 'extendedErrorCodesOf(message).some((code) => DISCREDITING.has(code))',
    replace: 'false',
    set: 'resolve-dns-alone',
  },
  {
    rule: 'D2 a denial of any server counts',
    file: `${dns}/client/exchange.ts`,
    find: '(mayDeny && server === listed[0])',
    replace: 'mayDeny',
    set: 'resolve-dns-alone',
  },
  {
    rule: 'D3 a denial without a SOA record counts',
    file: `${dns}/reply/denial.ts`,
    find: "if (denials === 'any') return",
    replace: 'return',
    set: 'resolve-dns-alone',
  },
  {
    rule: 'D3 a denial below a search domain that does not exist counts',
    file: `${dns}/lookup/confirm-denial.ts`,
    find: 'if (fault === undefined) return',
    replace: 'return',
    set: 'resolve-dns-alone',
  },
  {
    rule: 'D4 a zone with a cut denies what is below it',
    file: `${dns}/transfer/transfer-verdict.ts`,
    find: 'count === 0 && fault === undefined && hasDomain',
    replace: 'count === 0',
    set: 'discover-two-servers',
    worlds: 1_000,
  },
  {
    rule: 'D5 a directory that is given and not there is not configured',
    file: `${bootstrap}/directory/configured-directory.ts`,
    find: 'if (configured.isExpected) {',
    replace: 'if (false) {',
    set: 'resolve-one-domain',
    worlds: 500,
  },
  {
    rule: 'D5 what is not configured denies',
    file: `${bootstrap}/directory/find-endpoints.ts`,
    find: "attempt.finish('skipped'",
    replace: "attempt.finish('empty'",
    set: 'resolve-without-dns',
  },
  {
    rule: 'D6 silence denies',
    file: 'packages/discovery-zeroconf/src/browse/interface-attempt.ts',
    find: "status: 'silent' }",
    replace: "status: 'empty' }",
    set: 'resolve-without-dns',
  },
  {
    rule: 'D6 a host that hears nobody takes that for silence',
    file: 'packages/discovery-zeroconf/src/browse/interface-attempt.ts',
    find: 'if (fault !== undefined) return { ...common',
    replace: 'if (false) return { ...common',
    set: 'resolve-without-dns',
  },
]

describe('the checker of worlds', () => {
  it.each(mutants)('finds that without $rule', { timeout: 60_000 }, async ({ set, worlds, ...mutation }) => {
    const checked = worldSet(set)
    await using mutant = await mutantProduct(mutation)
    const { findings } = await runRange(mutant.product, checked, spread(checked.count, worlds ?? checked.count))
    expect(findings.map(({ rule }) => rule)).toContain('false absent')
  })
})
