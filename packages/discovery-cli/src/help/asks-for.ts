/** Whether help or the version is asked for: they are given even where the rest of the line is wrong. */
export function asksFor(argv: readonly string[]): 'help' | 'version' | undefined {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? argv.length : end)
  const first = words.find((word) => !word.startsWith('-'))
  if (first === 'help' || words.some((word) => word === '--help' || /^-[qv]*h/.test(word))) return 'help'
  return words.includes('--version') ? 'version' : undefined
}
