import type { Rule, RuleFinding } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** One concept a file: think at 250 lines, split at 300. */
export const fileLength: Rule = {
  id: 'file-length',
  appliesTo: ['package', 'tool'],
  check: (folder) =>
    sourcesOf(folder).flatMap(([file, text]): readonly RuleFinding[] => {
      const lines = text.split('\n').length - 1
      const problem = `has ${lines} lines`
      if (lines > LIMIT) return [{ file, problem, remedy: 'split it' }]
      return lines > ASK ? [{ file, problem, remedy: 'is it still one concept?', severity: 'warning' }] : []
    }),
}

const ASK = 250
const LIMIT = 300
