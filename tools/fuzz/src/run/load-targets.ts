import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { FuzzTarget } from '../fuzz-target.js'

/** A target, and the folder where its findings are kept. */
export interface LoadedTarget {
  readonly target: FuzzTarget
  readonly folder: string
}

/** All targets. What they load later is there until they are unloaded. */
export interface LoadedTargets {
  readonly targets: readonly LoadedTarget[]
  unload(): Promise<void>
}

/**
 * Loads `packages/<package>/test/fuzz/<name>-target.ts` of all packages: bundled with the sources that they test, so that
 * nothing has to be built before and calls cost what they cost where the packages are used.
 */
export async function loadTargets(root: string): Promise<LoadedTargets> {
  const files = await targetFiles(root)
  const out = await mkdtemp(join(tmpdir(), 'fuzz-targets-'))
  const unload = (): Promise<void> => rm(out, { recursive: true })
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@pstorage/source'] },
      ssr: { noExternal: true, resolve: { conditions: ['@pstorage/source', 'node', 'import', 'module', 'default'] } },
      build: {
        ssr: true,
        target: 'node20',
        minify: false,
        outDir: out,
        emptyOutDir: false,
        rolldownOptions: {
          input: Object.fromEntries(files.map(({ name, path }) => [name, path])),
          output: { entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' },
        },
      },
    })
    const targets = await Promise.all(
      files.map(async ({ name, folder }) => {
        const { target }: { target: FuzzTarget } = await import(pathToFileURL(join(out, `${name}.mjs`)).href)
        return { target, folder }
      }),
    )
    return { targets, unload }
  } catch (error) {
    await unload()
    throw error
  }
}

async function targetFiles(root: string): Promise<readonly { name: string; path: string; folder: string }[]> {
  const files: { name: string; path: string; folder: string }[] = []
  for (const packageName of (await readdir(join(root, 'packages'))).toSorted()) {
    const folder = join(root, 'packages', packageName, 'test/fuzz')
    const entries = await readdir(folder).catch(() => [])
    for (const file of entries.toSorted()) {
      if (file.endsWith('-target.ts')) files.push({ name: basename(file, '.ts'), path: join(folder, file), folder })
    }
  }
  return files
}
