/** Describes the difference; empty when there is none. */
export const compareInstalled = (installed: readonly string[], expected: readonly string[]): string =>
  [
    ...installed.filter((name) => !expected.includes(name)).map((name) => `brings ${name}`),
    ...expected.filter((name) => !installed.includes(name)).map((name) => `does not bring ${name}`),
  ].join(', ')
