import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Unmeasured } from '../row.js'

/** Time and output of a whole process. */
export interface ProcessTime {
  /** Milliseconds. */
  readonly wall: number
  /** Milliseconds of the processor, in the process and in the system. */
  readonly cpu: number
  readonly stdout: string
}

/** Measured by bash, as Node.js does not report the times of its children: seconds of real, user and system time. */
const SCRIPT = `TIMEFORMAT='%3R %3U %3S'; time "$@" 2>/dev/null`

/**
 * Runs a command to its end and measures all of it. Its standard output is kept where asked for, and thrown away otherwise.
 *
 * @throws Unmeasured when the command fails
 */
export async function timeProcess(
  command: readonly string[],
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<ProcessTime> {
  // With this, Node.js 20 reads certificates as it starts, for which a bare one takes twice the time: no ratio would mean much.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  const child = spawn('bash', ['-c', SCRIPT, 'bash', ...command], {
    env,
    stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const [code] = await once(child, 'close').catch((error) => {
    throw new Unmeasured(`bash does not run here: ${error}`)
  })
  if (code !== 0) throw new Unmeasured(`${command.join(' ')} ended with ${code}`)
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number)
  return { wall: wall * 1_000, cpu: (user + system) * 1_000, stdout }
}
