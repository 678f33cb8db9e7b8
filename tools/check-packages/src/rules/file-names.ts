import { posix } from 'node:path'
import type { Rule, RuleFinding } from '../rule.js'
import { sourcesOf, testsOf } from '../source-files.js'

/** A file is named in kebab case after what it exports, and never after the fact that it was left over. */
export const fileNames: Rule = {
  id: 'file-names',
  appliesTo: ['package', 'tool'],
  check: (folder) =>
    [...sourcesOf(folder), ...testsOf(folder)].flatMap(([file]): readonly RuleFinding[] => {
      const stem = posix.basename(file).replace(/(?:\.(?:test|property|integration|interop|d))*\.ts$/, '')
      if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem)) {
        return [{ file, problem: 'its name is not kebab case', remedy: 'use lower case, digits and single hyphens' }]
      }
      return VAGUE.test(stem)
        ? [{ file, problem: 'its name says nothing', remedy: 'name it after the one concept in it' }]
        : []
    }),
}

const VAGUE = /^(?:utils?|helpers?|common|types?|misc)$/
