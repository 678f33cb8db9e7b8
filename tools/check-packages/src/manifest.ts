/** The parts of a package.json that the rules look at. Its values are unchecked. */
export interface Manifest {
  readonly name?: unknown
  readonly exports?: unknown
  readonly [key: string]: unknown
}

/** The scope of every package here. */
export const SCOPE = '@pstorage/'

/** The fields that bring other packages along when this one is installed. */
const PUBLISHED_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies']

/** Every field that names other packages. */
export const DEPENDENCY_FIELDS: readonly string[] = [...PUBLISHED_FIELDS, 'devDependencies']

/** The entries of one field of dependencies: name and version range. */
export const dependenciesIn = (manifest: Manifest, field: string): readonly (readonly [string, string])[] => {
  const entries = manifest[field]
  return isObject(entries) ? Object.entries(entries).map(([name, range]) => [name, String(range)]) : []
}

/** Returns the names of the packages that an installation of this one brings. */
export const installedWith = (manifest: Manifest): readonly string[] =>
  PUBLISHED_FIELDS.flatMap((field) => dependenciesIn(manifest, field).map(([name]) => name))

/** Returns true for an object with keys: neither null nor an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
