import type { Explanation } from '../explained.js'

const line = (file: string, source: string, because: string, ...mutators: readonly string[]): Explanation => ({
  target: 'tsig',
  file: `discovery-dns/src/tsig/${file}`,
  source,
  because,
  mutators,
})

/** Survivors of transaction signatures. */
export const tsigExplanations: readonly Explanation[] = [
  line(
    'key-file-scanner.ts',
    'const blank = /(?:\\s+|(?:\\/\\/|#)[^\\n\\r]*|\\/\\*[\\s\\S]*?\\*\\/)*/y',
    'blanks one by one are the same blanks: it takes longer',
    'Regex',
  ),
  line(
    'tsig-key.ts',
    "(['sha1', 'sha256', 'sha384', 'sha512'] as const).map((hash) => [",
    'the module cannot be loaded with it, so that no test runs, which is taken for survival',
    'ArrowFunction',
  ),
  line('tsig-record.ts', '} catch {', 'a function that ends returns undefined', 'BlockStatement'),
]
