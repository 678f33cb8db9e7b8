import type { Rule } from '../rule.js'

/** An editor and `tsc -b` in the root see everything. */
export const rootReferences: Rule = {
  id: 'root-references',
  appliesTo: ['package', 'tool'],
  check: ({ path, files }, { references }) =>
    !files.has('tsconfig.json') || references.includes(path)
      ? []
      : [
          {
            file: 'tsconfig.json',
            problem: 'the tsconfig.json of the root does not reference it',
            remedy: `add ${path}`,
          },
        ],
}
