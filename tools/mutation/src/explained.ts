import type { Survivor } from './survivors.js'

/** Why a mutant may survive: it changes nothing that anybody can see, or what is asked elsewhere. */
export interface Explanation {
  /** The name of the target. */
  readonly target: string
  /** The end of the path of its file. */
  readonly file: string
  /** The line as it is. */
  readonly source: string
  /** Mutators that it holds for; default: all. */
  readonly mutators?: readonly string[]
  readonly because: string
}

/** Survivors, sorted. */
export interface Explained {
  readonly explained: number
  readonly unexplained: readonly Survivor[]
  /** Explanations of what did not survive, or is not there any more. */
  readonly unused: readonly Explanation[]
}

/** Sorts survivors into those that are explained and those that are not. */
export function explain(survivors: readonly Survivor[], explanations: readonly Explanation[]): Explained {
  const used = new Set<Explanation>()
  const isExplained = ({ file, source, mutator }: Survivor): boolean => {
    const found = explanations.find(
      (one) => file.endsWith(one.file) && one.source === source && (one.mutators?.includes(mutator) ?? true),
    )
    if (found !== undefined) used.add(found)
    return found !== undefined
  }
  const unexplained = survivors.filter((survivor) => !isExplained(survivor))
  return {
    unexplained,
    explained: survivors.length - unexplained.length,
    unused: explanations.filter((one) => !used.has(one)),
  }
}
