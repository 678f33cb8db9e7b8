import type { Imports, ImportViolation } from './find-imports.js'
import { LAYERS, type PackageLayer } from './layers.js'

/** Returns a line for each import that breaks a rule, and for each room that is missing or has no floor. */
export function checkImports(
  violations: Imports['violations'],
  sources: readonly string[],
  layers: Readonly<Record<string, PackageLayer>> = LAYERS,
): readonly string[] {
  return [...violations.map(formatViolation), ...misplacedRooms(sources, layers)]
}

const formatViolation = ({ from, to, rule, remedy }: ImportViolation): string =>
  `${from} -> ${to}: breaks "${rule}"; ${remedy}`

/** The order of the rooms says nothing about a folder that is not in it, so that each one has to have its floor. */
function misplacedRooms(sources: readonly string[], layers: Readonly<Record<string, PackageLayer>>): readonly string[] {
  const directories = new Set(sources.map((path) => path.split('/')[1] ?? ''))
  const unknown = [...directories]
    .filter((directory) => layers[directory] === undefined)
    .map((directory) => `packages/${directory}: has no layer; decide in layers.ts what it may import`)
  return [
    ...unknown,
    ...Object.entries(layers).flatMap(([directory, { rooms }]) => {
      if (rooms === undefined) return []
      const root = `packages/${directory}/src/`
      const listed = rooms.flat()
      const own = sources.filter((path) => path.startsWith(root)).map((path) => path.slice(root.length))
      const folders = new Set(own.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''))
      return [
        ...listed
          .filter((room) => !own.some((path) => path === room || path.startsWith(`${room}/`)))
          .map((room) => `${root}${room}: does not exist; remove the room from layers.ts`),
        ...[...folders]
          .filter((folder) => !listed.includes(folder))
          .map((folder) => `${root}${folder}: stands on no floor; add the room to layers.ts`),
      ]
    }),
  ]
}
