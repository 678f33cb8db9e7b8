import { importSpecifiers, packageOf } from '../import-specifiers.js'
import { LAYERS, SCOPE } from '../layers.js'
import type { Rule } from '../rule.js'
import { testsOf } from '../source-files.js'

/** The tests of a backend know no other backend: what concerns several belongs to core, the CLI or a tool. */
export const backendsApart: Rule = {
  id: 'backends-apart',
  appliesTo: ['package'],
  check: (folder) => {
    if (LAYERS[folder.directory]?.backend !== true) return []
    const others = Object.keys(LAYERS).filter((name) => LAYERS[name]?.backend === true && name !== folder.directory)
    return testsOf(folder).flatMap(([file, text]) =>
      importSpecifiers(text)
        .filter((specifier) => others.some((other) => packageOf(specifier) === SCOPE + other))
        .map((specifier) => ({
          file,
          problem: `imports the backend ${specifier}`,
          remedy: 'test both in discovery-cli or in a tool',
        })),
    )
  },
}
