import { posix } from 'node:path'
import { importSpecifiers } from '../import-specifiers.js'
import type { Rule } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** A relative import stays below `src/`, since only that is packed, and names the file that Node will load. */
export const relativeImports: Rule = {
  id: 'relative-imports',
  appliesTo: ['package', 'tool'],
  check: (folder) =>
    sourcesOf(folder).flatMap(([file, text]) =>
      importSpecifiers(text)
        .filter((specifier) => specifier.startsWith('.'))
        .flatMap((specifier) => {
          const target = posix.join(posix.dirname(file), specifier)
          if (!target.startsWith('src/')) {
            return [
              { file, problem: `imports ${specifier}, outside of src/`, remedy: 'import the package by its name' },
            ]
          }
          return specifier.endsWith('.js')
            ? []
            : [{ file, problem: `imports ${specifier}`, remedy: 'end it in .js, the file that Node loads' }]
        }),
    ),
}
