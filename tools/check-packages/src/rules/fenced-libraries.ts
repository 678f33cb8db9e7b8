import { importSpecifiers, packageOf } from '../import-specifiers.js'
import { FENCED_LIBRARIES } from '../layers.js'
import { DEPENDENCY_FIELDS, dependenciesIn } from '../manifest.js'
import type { Rule } from '../rule.js'
import { sourcesOf, testsOf } from '../source-files.js'

/** Some libraries need so much care that one place alone handles them. */
export const fencedLibraries: Rule = {
  id: 'fenced-libraries',
  appliesTo: ['package', 'tool'],
  check: (folder) => {
    const uses = [
      ...[...sourcesOf(folder), ...testsOf(folder)].flatMap(([file, text]) =>
        importSpecifiers(text).map((specifier) => ({ file, library: packageOf(specifier), verb: 'imports' })),
      ),
      ...DEPENDENCY_FIELDS.flatMap((field) =>
        dependenciesIn(folder.manifest, field).map(([library]) => ({
          file: 'package.json',
          library,
          verb: 'depends on',
        })),
      ),
    ]
    return uses.flatMap(({ file, library, verb }) => {
      const fence = library === undefined ? undefined : FENCED_LIBRARIES[library]
      if (fence === undefined || fence.folders.includes(folder.directory)) return []
      return [{ file, problem: `${verb} ${library}`, remedy: `only ${fence.folders.join(', ')} may: ${fence.why}` }]
    })
  },
}
