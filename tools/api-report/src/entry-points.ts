import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One module that others may import. */
export interface EntryPoint {
  /** From the root of the repository, such as `packages/discovery-core`. */
  readonly folder: string
  /** `index`, or what follows the name of the package: `contract`. */
  readonly name: string
  /** Its declarations, from the folder. */
  readonly declarations: string
}

/** Every entry point of every published package that has types. */
export const entryPoints = (root: string): readonly EntryPoint[] =>
  readdirSync(join(root, 'packages'))
    .toSorted()
    .flatMap((name) => {
      const folder = `packages/${name}`
      const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      return typedEntries(exports).map(([subpath, declarations]) => ({
        folder,
        name: subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-'),
        declarations,
      }))
    })

const typedEntries = (exports: unknown): readonly (readonly [subpath: string, declarations: string])[] =>
  Object.entries(exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === 'object' && target !== null && 'types' in target ? [[subpath, String(target.types)]] : [],
  )
