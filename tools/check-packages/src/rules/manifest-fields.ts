import { SCOPE } from '../manifest.js'
import { ENGINES, wrongFields } from '../manifest-comparison.js'
import type { Rule } from '../rule.js'

/** Every published manifest says the same where it must. */
export const manifestFields: Rule = {
  id: 'manifest-fields',
  appliesTo: ['package'],
  check: ({ directory, manifest }) => [
    ...['version', 'description']
      .filter((field) => typeof manifest[field] !== 'string' || manifest[field] === '')
      .map((field) => ({ file: 'package.json', problem: `"${field}" is missing`, remedy: 'say it in a string' })),
    ...wrongFields(manifest, {
      name: SCOPE + directory,
      private: undefined,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: ENGINES,
      publishConfig: { access: 'public', provenance: true },
      'scripts.test': `vitest run --root ../.. --project unit --project integration packages/${directory}/`,
      'scripts.check': 'publint --strict && attw --pack . --profile esm-only',
    }),
  ],
}
