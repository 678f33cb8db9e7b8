import type { Rule } from '../rule.js'

/** A reader finds every key in the same place in every manifest. */
export const manifestKeyOrder: Rule = {
  id: 'manifest-key-order',
  appliesTo: ['package', 'tool'],
  check: ({ manifest }) => {
    const keys = Object.keys(manifest)
    const strange = keys.filter((key) => !ORDER.includes(key))
    const known = keys.filter((key) => ORDER.includes(key))
    const ordered = known.toSorted((left, right) => ORDER.indexOf(left) - ORDER.indexOf(right))
    const displaced = known.findIndex((key, index) => key !== ordered[index])
    return [
      ...strange.map((key) => ({
        file: 'package.json',
        problem: `"${key}" is no key that our manifests have`,
        remedy: 'remove it, or give it a place in the order of manifest-key-order.ts',
      })),
      ...(displaced === -1
        ? []
        : [
            {
              file: 'package.json',
              problem: `"${known[displaced]}" stands where "${ordered[displaced]}" belongs`,
              remedy: `order the keys: ${ordered.join(', ')}`,
            },
          ]),
    ]
  },
}

const ORDER = [
  'name',
  'version',
  'private',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'repository',
  'license',
  'type',
  'sideEffects',
  'exports',
  'bin',
  'man',
  'files',
  'engines',
  'publishConfig',
  'scripts',
  'dependencies',
  'devDependencies',
]
