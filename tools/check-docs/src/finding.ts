/** Something wrong in a document, or in a source that a document's code imports. */
export interface Finding {
  /** Path from the root of the repository. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly problem: string
}

/** One line for a person, in the form that terminals make a link of. */
export const formatFinding = ({ file, line, problem }: Finding): string => `${file}:${line}: ${problem}`
