/** Whether help, the version or the schema is asked for: they are given even where the rest of the line is wrong. */
export function asksFor(argv: readonly string[]): 'help' | 'version' | 'schema' | undefined {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? argv.length : end)
  const first = words.find((word) => !word.startsWith('-'))
  if (first === 'help' || words.some((word) => word === '--help' || /^-[qv]*h/.test(word))) return 'help'
  if (words.includes('--version')) return 'version'
  return words.includes('--schema') ? 'schema' : undefined
}
