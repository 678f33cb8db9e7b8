import type { CodeBlock } from './code-block.js'
import type { Finding } from './finding.js'

/**
 * Reads what `tsc --pretty false` prints.
 *
 * @param blocks The block behind each file that the compiler was given.
 * @param locate The path from the root of any other file that the compiler names.
 */
export const compilerFindings = (
  output: string,
  blocks: ReadonlyMap<string, CodeBlock>,
  locate: (path: string) => string,
): readonly Finding[] => {
  const findings: Finding[] = []
  for (const line of output.split(/\r?\n/)) {
    const diagnostic = DIAGNOSTIC.exec(line)
    const last = findings.at(-1)
    if (diagnostic !== null) {
      const [, path = '', place = '1', problem = ''] = diagnostic
      findings.push({ file: blocks.get(path)?.document ?? locate(path), line: Number(place), problem })
    } else if (last !== undefined && line.startsWith(' ')) {
      findings[findings.length - 1] = { ...last, problem: `${last.problem} ${line.trim()}` }
    }
  }
  return findings
}

/** `path(line,column): error TS1234: text`; what explains it further is indented below. */
const DIAGNOSTIC = /^(.+)\((\d+),\d+\): (.+)$/
