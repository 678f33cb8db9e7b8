import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Architecture, architectures, NODE_VERSION } from './architecture.js'
import { fetchFiles } from './fetch-files.js'

/** A Node as it was published. */
export interface NodeBinary {
  readonly path: string
  /** Its license, and those of everything that it has in it. */
  readonly licensePath: string
}

/**
 * The published Node for a kind of processor, fetched from the registry once and kept.
 *
 * @throws Error when what comes is not what was published when this was written.
 */
export const nodeBinary = async (architecture: Architecture): Promise<NodeBinary> => {
  const { nodePackage, integrity } = architectures[architecture]
  const folder = join(KEPT, `${nodePackage}-${NODE_VERSION}`)
  if (!existsSync(folder)) {
    mkdirSync(KEPT, { recursive: true })
    const place = mkdtempSync(join(KEPT, 'fetching-'))
    try {
      await fetchFiles(`${nodePackage}@${NODE_VERSION}`, integrity, ['bin/node', 'LICENSE'], place)
      // Another process may have fetched it meanwhile, and then it is the same.
      if (!existsSync(folder)) renameSync(join(place, 'package'), folder)
    } finally {
      rmSync(place, { recursive: true })
    }
  }
  return { path: join(folder, 'bin', 'node'), licensePath: join(folder, 'LICENSE') }
}

/** Within the build of this package, so that a clean checkout has none. */
const KEPT = fileURLToPath(new URL('../dist/node', import.meta.url))
