/** One rule that the repository breaks. */
export interface Finding {
  /** The id of the rule that found it. */
  readonly rule: string
  /** Path from the root of the repository, with `/`. */
  readonly file: string
  readonly problem: string
  /** The fix, as an instruction. */
  readonly remedy: string
  /** A warning is printed and never fails the check. */
  readonly severity: 'error' | 'warning'
}

/** One line for a person: `packages/x/file: what is wrong; remedy`. */
export const formatFinding = ({ file, problem, remedy, severity }: Finding): string =>
  `${file}: ${severity === 'warning' ? 'warning: ' : ''}${problem}; ${remedy}`
