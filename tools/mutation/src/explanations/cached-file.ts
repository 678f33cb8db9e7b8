import type { Explanation } from '../explained.js'

/** Survivors of the file of `cached`. */
export const cachedFileExplanations: readonly Explanation[] = [
  {
    target: 'cached-file',
    file: 'discovery-core/src/cached/file/read-private-file.ts',
    source: 'return uid === 0 || uid === process.geteuid?.()',
    mutators: ['OptionalChaining'],
    because: 'it is missing on Windows alone, where nobody asks for it: the compiler does not know',
  },
]
