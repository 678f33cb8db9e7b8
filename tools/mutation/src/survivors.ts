/** A change that no test noticed. */
export interface Survivor {
  readonly file: string
  readonly line: number
  readonly mutator: string
  readonly replacement: string
  /** The line as it is, without its indentation. */
  readonly source: string
}

/** The result of the mutants of a target. */
export interface MutationScore {
  /** Mutants that a test noticed, by failing or by never ending. */
  readonly noticed: number
  readonly survivors: readonly Survivor[]
  /** Mutants that a comment in the code explains. */
  readonly explained: number
  /** Of 100 mutants, those that were noticed. */
  readonly score: number
}

/** The part of the report of Stryker that matters here (mutation testing report schema, version 2). */
export interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string
        readonly mutants: readonly {
          readonly status: string
          readonly statusReason?: string
          readonly mutatorName: string
          readonly replacement?: string
          readonly location: { readonly start: { readonly line: number } }
        }[]
      }
    >
  >
}

/** A comment in the code that explains no mutant, or does not say why. */
export interface UselessComment {
  readonly file: string
  readonly line: number
  readonly problem: 'explains no mutant' | 'gives no reason'
}

/**
 * Finds the comments `// Stryker disable next-line MUTATOR, MUTATOR: reason` that are of no use any more. A comment is about the line
 * below it: where it has moved away from its line, Stryker says nothing.
 */
export function uselessComments({ files }: MutationReport): readonly UselessComment[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    source.split('\n').flatMap((text, index): readonly UselessComment[] => {
      const [comment, names = '', reason = ''] = DISABLE.exec(text) ?? []
      if (comment === undefined) return []
      const line = index + 1
      const mutators = names.split(',').map((name) => name.trim().toLowerCase())
      const explains = mutants.some(
        ({ status, mutatorName, location }) =>
          status === 'Ignored' &&
          location.start.line === line + 1 &&
          (mutators.includes('all') || mutators.includes(mutatorName.toLowerCase())),
      )
      if (!explains) return [{ file, line, problem: 'explains no mutant' }]
      return reason.trim() === '' ? [{ file, line, problem: 'gives no reason' }] : []
    }),
  )
}

const DISABLE = /^\s*\/\/ ?Stryker disable next-line ([a-zA-Z, ]+)(?::(.*))?$/

const noticedStatuses = new Set(['Killed', 'Timeout'])
const survivingStatuses = new Set(['Survived', 'NoCoverage'])

/** Reads a report. Mutants that are no valid code count neither way. */
export function mutationScore(report: MutationReport): MutationScore {
  let noticed = 0
  let explained = 0
  const survivors: Survivor[] = []
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n')
    for (const { status, statusReason = '', mutatorName, replacement = '', location } of mutants) {
      if (noticedStatuses.has(status)) noticed += 1
      if (status === 'Ignored' && !statusReason.includes('excluded mutation')) explained += 1
      if (!survivingStatuses.has(status)) continue
      const { line } = location.start
      const text = lines[line - 1]?.trim() ?? ''
      survivors.push({ file, line, mutator: mutatorName, replacement: replacement.trim(), source: text })
    }
  }
  const all = noticed + survivors.length + explained
  return { noticed, survivors, explained, score: all === 0 ? 0 : (100 * noticed) / all }
}
