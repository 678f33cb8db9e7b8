import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleCommand } from './bundle-command.js'
import { nodeBinary } from './node-binary.js'
import { runProgram } from './run-program.js'

/** Returns the output of the command, run by the Node.js that goes into the executable. */
export const commandOutput = async (words: readonly string[]): Promise<string> => {
  const place = mkdtempSync(join(tmpdir(), 'command-'))
  try {
    const file = join(place, 'command.cjs')
    writeFileSync(file, await bundleCommand())
    return await runProgram((await nodeBinary('x64')).path, [file, ...words])
  } finally {
    rmSync(place, { recursive: true })
  }
}
