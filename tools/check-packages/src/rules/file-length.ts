import type { Rule, RuleFinding } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** One concept a file: think at 200 lines, justify at 300. */
export const fileLength: Rule = {
  id: 'file-length',
  appliesTo: ['package', 'tool'],
  check: (folder) =>
    sourcesOf(folder).flatMap(([file, text]): readonly RuleFinding[] => {
      const lines = text.split('\n').length - 1
      const problem = `has ${lines} lines`
      if (lines > LIMIT && LONG_FILES[`${folder.path}/${file}`] === undefined) {
        return [{ file, problem, remedy: `split it, or give a reason in file-length.ts for more than ${LIMIT}` }]
      }
      return lines > ASK && lines <= LIMIT
        ? [{ file, problem, remedy: 'is it still one concept?', severity: 'warning' }]
        : []
    }),
}

const ASK = 200
const LIMIT = 300

/** The files that may be longer, by path from the root, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {}
