import { Writable } from 'node:stream'
import { runCli } from '@pstorage/discovery-cli'

/** The result of a run of the command. */
export interface CommandRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds. */
  readonly elapsed: number
}

/** Runs the command in this process, with its real backends. */
export async function runCommand(...argv: readonly string[]): Promise<CommandRun> {
  const startedAt = performance.now()
  const [stdout, stderr] = [capture(), capture()]
  const code = await runCli({ argv, env: {}, stdout: stdout.stream, stderr: stderr.stream })
  return { code, stdout: stdout.text(), stderr: stderr.text(), elapsed: performance.now() - startedAt }
}

function capture() {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  return { stream, text: () => text }
}
