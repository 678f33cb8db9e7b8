import { importSpecifiers, packageOf } from '../import-specifiers.js'
import { LAYERS, SCOPE } from '../layers.js'
import { installedWith } from '../manifest.js'
import type { Rule } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** What is installed with a package is what its sources import, and nothing that only its tests need. */
export const publishedDependencies: Rule = {
  id: 'published-dependencies',
  appliesTo: ['package'],
  check: (folder) => {
    const declared = installedWith(folder.manifest)
    const imported = new Set(sourcesOf(folder).flatMap(([, text]) => importSpecifiers(text).map(packageOf)))
    const layer = LAYERS[folder.directory]
    const allowed = [...(layer?.packages.map((name) => SCOPE + name) ?? []), ...(layer?.libraries ?? [])]
    return [
      ...declared
        .filter((name) => !allowed.includes(name))
        .map((name) => ({
          file: 'package.json',
          problem: `everybody who installs it gets ${name}`,
          remedy: 'move it to devDependencies, or decide for it in layers.ts',
        })),
      ...declared
        .filter((name) => allowed.includes(name) && !imported.has(name))
        .map((name) => ({
          file: 'package.json',
          problem: `depends on ${name}, which src/ does not import`,
          remedy: 'remove it or move it to devDependencies',
        })),
      ...[...imported]
        .filter((name): name is string => name !== undefined && !declared.includes(name))
        .map((name) => ({
          file: 'package.json',
          problem: `src/ imports ${name}, which is not among the dependencies`,
          remedy: 'add it, if layers.ts allows it',
        })),
    ]
  },
}
