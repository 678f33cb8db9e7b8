import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { clusterNameServer } from '@pstorage/discovery-dns-server'

/** The modules of the packages that took part in one run of the command. */
export interface ResolveCoverage {
  /** Modules that were loaded, and so run once from top to bottom. */
  readonly loaded: number
  /** Loaded modules of which a function was called. */
  readonly executed: number
}

/**
 * Runs `resolve` of a checkout from its sources, against a name server on loopback, and counts by the coverage of V8.
 *
 * The checkout has to be installed (`pnpm install`), and needs no build.
 *
 * @throws Error with the output of the command where it fails
 */
export async function resolveCoverage(root: string): Promise<ResolveCoverage> {
  const folder = await mkdtemp(join(tmpdir(), 'house-'))
  try {
    await using server = await clusterNameServer({
      origin: 'pstorage.test',
      clusters: [{ name: 'alpha', mds: [{ address: '192.0.2.1' }] }],
    })
    const query = ['resolve', 'alpha', '--backend', 'dns', '--domain', 'pstorage.test']
    await promisify(execFile)(
      process.execPath,
      [
        `--import=${new URL('run-sources.js', import.meta.url)}`,
        '--conditions=@pstorage/source',
        join(root, 'packages/discovery-cli/src/main.ts'),
        ...query,
        '--server',
        `${server.address}:${server.port}`,
      ],
      { env: { ...process.env, NODE_V8_COVERAGE: folder } },
    )
    const files = await readdir(folder)
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    return countModules(
      texts.flatMap((text) => (JSON.parse(text) as { result: readonly ScriptCoverage[] }).result),
      pathToFileURL(`${root}/packages/`).href,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The coverage of one script, as V8 writes it. The first function is the script itself. */
export interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
}

/** Counts the scripts below a URL. */
export function countModules(scripts: readonly ScriptCoverage[], below: string): ResolveCoverage {
  const modules = scripts.filter(({ url }) => url.startsWith(below) && !fileURLToPath(url).includes('/node_modules/'))
  const executed = modules.filter(({ functions }) =>
    functions.slice(1).some(({ ranges }) => ranges.some(({ count }) => count > 0)),
  )
  return { loaded: modules.length, executed: executed.length }
}
