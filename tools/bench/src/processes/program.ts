import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** The file of one of the programs that rows run as processes of their own, which loads all that it imports. */
export function programFile(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))
}

/** The executable that is installed, as it was built. */
export const commandFile: string = join(
  dirname(require.resolve('@pstorage/discovery-cli/package.json')),
  'dist/command/pstorage-discovery.cjs',
)

/** A program that serves until it is disposed of. */
export interface ServingProgram extends AsyncDisposable {
  /** The port that it has printed. */
  readonly port: number
}

/** Starts a program that prints its port, and resolves when it has. It ends when its standard input does. */
export async function serveProgram(name: string, ...args: readonly string[]): Promise<ServingProgram> {
  const child = spawn(process.execPath, [programFile(name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  return {
    port: Number(line),
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close')
      child.stdin.end()
      await closed
    },
  }
}
