import type { Rule } from '../rule.js'

/** Every package carries the licence that the repository has. */
export const licenseText: Rule = {
  id: 'license-text',
  appliesTo: ['package'],
  check: ({ files }, { license }) =>
    files.get('LICENSE') === license
      ? []
      : [{ file: 'LICENSE', problem: 'is not the licence of the repository', remedy: 'copy LICENSE from the root' }],
}
