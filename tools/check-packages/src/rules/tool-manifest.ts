import { SCOPE } from '../manifest.js'
import { ENGINES, wrongFields } from '../manifest-comparison.js'
import type { Rule } from '../rule.js'

/** Every tool is private, and says so in the same words. */
export const toolManifest: Rule = {
  id: 'tool-manifest',
  appliesTo: ['tool'],
  check: ({ directory, manifest }) =>
    wrongFields(manifest, {
      name: SCOPE + directory,
      // Without a version pnpm cannot pack a package that has the tool among its devDependencies.
      version: '0.0.0',
      private: true,
      license: 'MIT',
      type: 'module',
      engines: ENGINES,
    }),
}
