import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser'
import { importRules } from './import-rules.js'

/** The imports of a checkout. */
export interface Imports {
  /** Imports between two files of the packages' sources, type-only ones included. */
  readonly count: number
  /** Sources that import themselves by way of others, type-only imports included. */
  readonly inCircles: readonly string[]
  readonly violations: readonly ImportViolation[]
}

/** An import that breaks a rule. */
export interface ImportViolation {
  readonly from: string
  /** The imported file; for a circle, the way back to `from`. */
  readonly to: string
  /** Its name; the first word is the kind of rule. */
  readonly rule: string
  readonly remedy: string
}

/** Reads the imports of all sources and tests below `root`, and holds them against the rules. */
export async function findImports(
  root: string,
  rules: readonly IRegularForbiddenRuleType[] = importRules(),
): Promise<Imports> {
  const { output } = await cruise(
    ['packages', 'tools'],
    {
      baseDir: root,
      // Type-only imports are gone after compilation.
      tsPreCompilationDeps: true,
      combinedDependencies: true,
      // In folders with a dot, files come and go while other checks run.
      exclude: { path: '(^|/)(\\.[^/]+|dist|coverage|fixtures)(/|$)' },
      doNotFollow: { path: 'node_modules' },
      validate: true,
      ruleSet: { forbidden: [...rules] },
    },
    {
      conditionNames: ['@pstorage/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  )
  if (typeof output === 'string') throw new TypeError('dependency-cruiser returned text instead of a result')
  return importsOf(output, new Map(rules.map(({ name = '', comment = '' }) => [name, comment])))
}

function importsOf({ modules, summary }: ICruiseResult, remedies: ReadonlyMap<string, string>): Imports {
  const sources = modules.filter(({ source }) => SOURCE.test(source))
  return {
    count: sources.flatMap(({ dependencies }) => dependencies.filter(({ resolved }) => SOURCE.test(resolved))).length,
    inCircles: sources
      .filter(({ dependencies }) => dependencies.some(({ circular }) => circular))
      .map(({ source }) => source)
      .toSorted(),
    violations: summary.violations.map(({ from, to, rule, cycle }) => ({
      from,
      to: cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> '),
      rule: rule.name,
      remedy: remedies.get(rule.name) ?? '',
    })),
  }
}

const SOURCE = /^packages\/[^/]+\/src\//
