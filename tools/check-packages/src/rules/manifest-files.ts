import type { Rule } from '../rule.js'

/** A package ships what was built and the sources that its source maps point to, and not the compiler's notes. */
export const manifestFiles: Rule = {
  id: 'manifest-files',
  appliesTo: ['package'],
  check: ({ manifest }) => {
    const files = Array.isArray(manifest.files) ? manifest.files : []
    return REQUIRED.filter((entry) => !files.includes(entry)).map((entry) => ({
      file: 'package.json',
      problem: `"files" lacks "${entry}"`,
      remedy: 'add it',
    }))
  },
}

const REQUIRED = ['dist', 'src', '!dist/**/*.tsbuildinfo']
