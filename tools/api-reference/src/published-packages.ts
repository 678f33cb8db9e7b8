import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A published package, and what others may import from it. */
export interface PublishedPackage {
  readonly name: string
  /** The source of each of its entry points, by path from the root. */
  readonly sources: readonly string[]
}

/** The published packages below `root`. */
export const publishedPackages = (root: string): readonly PublishedPackage[] =>
  readdirSync(join(root, 'packages'))
    .toSorted()
    .map((folder) => {
      const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
      return { name: String(name), sources: sourcesIn(exports).map((source) => join('packages', folder, source)) }
    })

const sourcesIn = (exports: unknown): readonly string[] =>
  Object.values(exports ?? {}).flatMap((target) =>
    typeof target === 'object' && target !== null && SOURCE in target ? [String(target[SOURCE])] : [],
  )

const SOURCE = '@pstorage/source'
