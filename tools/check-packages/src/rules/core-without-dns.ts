import { importSpecifiers } from '../import-specifiers.js'
import type { Rule } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** Core is about clusters and resolvers, whatever they ask. */
export const coreWithoutDns: Rule = {
  id: 'core-without-dns',
  appliesTo: ['package'],
  check: (folder) => {
    if (folder.directory !== 'discovery-core') return []
    return sourcesOf(folder).flatMap(([file, text]) =>
      importSpecifiers(text)
        .filter((specifier) => /dns/i.test(specifier))
        .map((specifier) => ({
          file,
          problem: `imports ${specifier}`,
          remedy: 'what knows DNS belongs into discovery-dns or dns-message',
        })),
    )
  },
}
