import type { Rule } from '../rule.js'

/** A check that looked at nothing has not passed. */
export const packageCount: Rule = {
  id: 'package-count',
  appliesTo: ['root'],
  check: (_root, { folders }) =>
    folders.some((folder) => folder.kind === 'package')
      ? []
      : [{ file: 'packages', problem: 'has no package', remedy: 'check the root of the repository' }],
}
