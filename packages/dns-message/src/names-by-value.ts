/** The mnemonics of a registry by their values. */
export function namesByValue(values: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const [name, value] of Object.entries(values)) names.set(value, name)
  return names
}
