/**
 * What a module imports, in order, without duplicates: `import`, `export ... from`, `import()` and import types.
 *
 * Biome has formatted what is read here, so that each statement begins a line and each specifier has single quotes.
 */
export const importSpecifiers = (text: string): readonly string[] => {
  const found = [...text.matchAll(STATEMENT), ...text.matchAll(EXPRESSION)]
  return [...new Set(found.sort((left, right) => left.index - right.index).map((match) => match[1] ?? ''))]
}

/** The package that a specifier names: `@scope/name/sub` is `@scope/name`; undefined for a relative or builtin one. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const STATEMENT = /^(?:import|export)\s+(?:[\w$\s{},*]*?\sfrom\s+)?'([^']+)'/gm
const EXPRESSION = /\bimport\(\s*'([^']+)'\s*\)/g
