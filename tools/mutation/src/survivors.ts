/** A change that no test noticed. */
export interface Survivor {
  readonly file: string
  readonly line: number
  readonly mutator: string
  readonly replacement: string
  /** The line as it is, without its indentation. */
  readonly source: string
}

/** What came of the mutants of a target. */
export interface MutationScore {
  /** Mutants that a test noticed, by failing or by never ending. */
  readonly noticed: number
  readonly survivors: readonly Survivor[]
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
          readonly mutatorName: string
          readonly replacement?: string
          readonly location: { readonly start: { readonly line: number } }
        }[]
      }
    >
  >
}

const noticedStatuses = new Set(['Killed', 'Timeout'])
const survivingStatuses = new Set(['Survived', 'NoCoverage'])

/** Reads a report. Mutants that are no valid code count neither way. */
export function mutationScore(report: MutationReport): MutationScore {
  let noticed = 0
  const survivors: Survivor[] = []
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n')
    for (const { status, mutatorName, replacement = '', location } of mutants) {
      if (noticedStatuses.has(status)) noticed += 1
      if (!survivingStatuses.has(status)) continue
      const { line } = location.start
      const text = lines[line - 1]?.trim() ?? ''
      survivors.push({ file, line, mutator: mutatorName, replacement: replacement.trim(), source: text })
    }
  }
  const all = noticed + survivors.length
  return { noticed, survivors, score: all === 0 ? 0 : (100 * noticed) / all }
}
