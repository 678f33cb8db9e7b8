import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Architecture, architectures } from './architecture.js'
import { bundleCommand } from './bundle-command.js'
import { nodeBinary } from './node-binary.js'
import { runProgram } from './run-program.js'

/**
 * Writes the command for Linux on one kind of processor as one executable file. The same sources give the same octets.
 *
 * @see https://nodejs.org/api/single-executable-applications.html
 */
export const buildExecutable = async (architecture: Architecture, path: string): Promise<void> => {
  const place = mkdtempSync(join(tmpdir(), 'executable-'))
  try {
    await writePreparationBlob(architecture, place)
    copyFileSync((await nodeBinary(architecture)).path, path)
    chmodSync(path, 0o755)
    await runProgram(architectures[architecture].strip, [path])
    // What it says of the notes in the file, which it leaves as they are, is heard only when it fails.
    const words = [POSTJECT, path, 'NODE_SEA_BLOB', join(place, BLOB), '--sentinel-fuse', SENTINEL]
    await runProgram(process.execPath, words)
  } finally {
    rmSync(place, { recursive: true })
  }
}

const require = createRequire(import.meta.url)
const POSTJECT = require.resolve('postject/dist/cli.js')

/** As Node looks for it in itself. */
const SENTINEL = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const BLOB = 'command.blob'

/** Writes what Node has to find in itself; done by the same version of Node for the processor that this runs on. */
const writePreparationBlob = async (architecture: Architecture, place: string): Promise<void> => {
  if (process.arch !== 'x64') throw new Error(`the executables are built on x64, and this is ${process.arch}`)
  writeFileSync(join(place, 'command.cjs'), await bundleCommand())
  writeFileSync(join(place, 'settings.json'), JSON.stringify(settings(architecture)))
  const { path: node } = await nodeBinary('x64')
  // Its tables are laid out by chance, and the layout is seen in the code cache.
  await runProgram(node, ['--random-seed=1', '--experimental-sea-config', 'settings.json'], { cwd: place })
}

const settings = (architecture: Architecture): object => ({
  main: 'command.cjs',
  output: BLOB,
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  // Compiled code is for the processor that compiled it.
  useCodeCache: architecture === 'x64',
  // A processor that cannot use it is slower to start, and that is nothing to warn of.
  execArgv: ['--disable-warning=Warning'],
  execArgvExtension: 'none',
})
