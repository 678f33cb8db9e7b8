/** `a, b and c`. */
export function listed(words: readonly string[], conjunction: string): string {
  const [last = '', ...others] = words.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} ${conjunction} ${last}`
}
