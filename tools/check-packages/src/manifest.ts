/** The parts of a package.json that the rules look at. Nothing about it is believed before a rule has looked. */
export interface Manifest {
  readonly name?: unknown
  readonly exports?: unknown
  readonly [key: string]: unknown
}

/** The fields that bring other packages along when this one is installed. */
const PUBLISHED_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies']

/** Every field that names other packages. */
export const DEPENDENCY_FIELDS: readonly string[] = [...PUBLISHED_FIELDS, 'devDependencies']

/** The entries of one field of dependencies: name and version range. */
export const dependenciesIn = (manifest: Manifest, field: string): readonly (readonly [string, string])[] => {
  const entries = manifest[field]
  return isObject(entries) ? Object.entries(entries).map(([name, range]) => [name, String(range)]) : []
}

/** What an installation of the package brings along, by name. */
export const installedWith = (manifest: Manifest): readonly string[] =>
  PUBLISHED_FIELDS.flatMap((field) => dependenciesIn(manifest, field).map(([name]) => name))

/** Whether a value is an object with keys: neither null nor an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
