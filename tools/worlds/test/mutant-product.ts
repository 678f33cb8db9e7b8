import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'vite'
import type { Product } from '../src/product.js'

/** A change of the product. */
export interface Mutation {
  /** From the root of the repository. */
  readonly file: string
  /** The original text, which occurs once. */
  readonly find: string
  readonly replace: string
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A product with a change in it. */
export interface MutantProduct extends AsyncDisposable {
  readonly product: Product
}

/** Bundles the product with a change in it, and loads that. Its files are there until it is disposed of: it loads more later. */
export async function mutantProduct(mutation: Mutation): Promise<MutantProduct> {
  const out = await mkdtemp(join(tmpdir(), 'mutant-'))
  const remove = (): Promise<void> => rm(out, { recursive: true })
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      plugins: [mutating(mutation)],
      resolve: { conditions: ['@pstorage/source'] },
      ssr: { noExternal: true, resolve: { conditions: ['@pstorage/source', 'node', 'import', 'module', 'default'] } },
      build: {
        ssr: true,
        target: 'node20',
        minify: false,
        outDir: out,
        emptyOutDir: false,
        rolldownOptions: {
          input: { product: join(root, 'tools/worlds/src/product.ts') },
          output: { entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' },
        },
      },
    })
    const { product }: { product: Product } = await import(pathToFileURL(join(out, 'product.mjs')).href)
    return { product, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

function mutating({ file, find, replace }: Mutation): Plugin {
  let isDone = false
  return {
    name: 'mutation',
    enforce: 'pre',
    transform(code, id) {
      if (id !== join(root, file)) return undefined
      const parts = code.split(find)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, and not once: ${find}`)
      isDone = true
      return parts.join(replace)
    },
    buildEnd(error) {
      if (error === undefined && !isDone) throw new Error(`${file} is no part of the product`)
    },
  }
}
