import { DEPENDENCY_FIELDS, dependenciesIn, SCOPE } from '../manifest.js'
import type { Rule } from '../rule.js'

/** Versions of libraries stand in the catalog alone, and packages here follow one another by `workspace:^`. */
export const dependencyVersions: Rule = {
  id: 'dependency-versions',
  appliesTo: ['root', 'package', 'tool'],
  check: ({ manifest }) =>
    DEPENDENCY_FIELDS.flatMap((field) =>
      dependenciesIn(manifest, field)
        .map(([name, range]) => ({ name, range, right: name.startsWith(SCOPE) ? 'workspace:^' : 'catalog:' }))
        // A catalog with a name holds another version of something, and says why.
        .filter(({ range, right }) => range !== right && !(right === 'catalog:' && /^catalog:\w+$/.test(range)))
        .map(({ name, range, right }) => ({
          file: 'package.json',
          problem: `"${field}" has ${name} as "${range}"`,
          remedy: `make it "${right}"${right === 'catalog:' ? ' and put the version into pnpm-workspace.yaml' : ''}`,
        })),
    ),
}
