import type { Clock } from '@pstorage/discovery-core'
import { type FuzzTarget, joinParts, mutateText, splitParts } from '@pstorage/fuzz'
import { type OptionName, optionNames, optionTable } from '../../src/args/option-table.js'
import { requestedInfo } from '../../src/args/parse-arguments.js'
import { parseCommandLine } from '../../src/commands/parse-command-line.js'
import { UsageError } from '../../src/exit-codes.js'
import { cliRun } from '../cli-run.js'
import { worldOf } from '../stand-ins.js'

const lines: readonly (readonly string[])[] = [
  ['discover', '--json'],
  ['discover', '--domain', 'pstorage.test', '--server', '192.0.2.53:53', '-v'],
  ['resolve', 'cluster1', '--format', 'ndjson', '--timeout', '2.5'],
  ['resolve', '-c', 'cluster1', '-b10.0.0.1:2510', '-b', '[::1]:2510', '--quiet'],
  ['resolve', '10.0.0.1,10.0.0.2:/cluster1:secret', '--min-endpoints', '2'],
  ['resolve', 'cluster1', '--backend', 'bootstrap,dns', '--policy', 'merge', '--wait', '3'],
  ['resolve', '--tls', '--tls-pin', 'AAAA', '--axfr=never', '--', 'absent'],
  ['help', 'resolve'],
  ['--version'],
]
const words = [
  'discover',
  'resolve',
  'cluster1',
  'absent',
  'json',
  'text',
  'first',
  '--',
  '-',
  '0',
  '-1',
  '=',
  'secret',
] as const
const options = optionNames.flatMap((name) => {
  const { short } = optionTable[name]
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
})
const [firstOption = '--help', ...otherOptions] = options
/** The commands that query backends, which have stand-ins here, and use nothing else of this host or its network. */
const askingCommands = new Set(['discover', 'resolve'])
const askingOptions = new Set<OptionName>([
  'cluster',
  'bootstrap',
  'backend',
  'policy',
  'timeout',
  'server',
  'domain',
  'axfr',
  'denials',
  'tsig-key',
  'tls',
  'tls-name',
  'tls-ca',
  'tls-pin',
  'interface',
  'clusters-dir',
  'wait',
  'min-endpoints',
  'format',
  'json',
  'quiet',
  'verbose',
  'no-color',
  'debug',
])
const codes = new Set([0, 2, 3, 4, 6, 130])
const world = worldOf({ cluster1: ['10.0.0.1:2510', '[2001:db8::1]:2510'], Other: ['192.0.2.7:2511'] })

/**
 * Any words: a usage error before anything is asked, or a run that ends with one of its exit codes and prints nothing that could
 * drive a terminal. What touches files or the network of this host is sorted and not run.
 */
export const target: FuzzTarget = {
  name: 'arguments',
  time: 200,
  inputs: (random) => () => {
    const line = [...(lines[random.below(lines.length)] ?? [])]
    for (let left = 1 + random.small(3); left > 0; left -= 1) {
      const at = random.below(line.length + 1)
      const kind = random.below(6)
      if (kind === 0) line.splice(at, 1)
      else if (kind === 1) line.splice(at, 0, random.pick([firstOption, ...otherOptions]))
      else if (kind === 2) line.splice(at, 0, random.pick(words))
      else if (kind === 3) line.splice(at, 0, ...line.splice(random.below(line.length), 1))
      else line[at] = mutateText(line[at] ?? '', random, words).slice(0, 2_000)
    }
    return joinParts(line.map((word) => Buffer.from(word)))
  },
  async check(input) {
    const argv = splitParts(input).map((word) => Buffer.from(word).toString('utf8'))
    if (!isRunnable(argv)) return false
    const abort = new AbortController()
    const { code, stdout, stderr } = await cliRun(argv, {
      backends: world,
      clock: hurriedClock(abort),
      signal: abort.signal,
    })
    const shown = `${JSON.stringify(argv)} ends with ${code}: ${stderr}`
    if (!codes.has(code)) throw new Error(shown)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    if (/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout + stderr)) throw new Error(`it prints a control character: ${shown}`)
    if (code === 2 && stdout !== '') throw new Error(`it prints data although the usage is wrong: ${shown}`)
    return code !== 2
  },
}

function isRunnable(argv: readonly string[]): boolean {
  const requested = requestedInfo(argv)
  // The others stand in files beside the sources, which are elsewhere when these are bundled.
  if (requested !== undefined) return requested === 'help'
  try {
    const { command, options } = parseCommandLine(argv, {})
    return askingCommands.has(command.name) && [...options.keys()].every((name) => askingOptions.has(name))
  } catch (error) {
    // Which is then said.
    if (error instanceof UsageError) return true
    throw error
  }
}

/** Time passes at once, and the user loses patience with what waits for ever. */
function hurriedClock(abort: AbortController): Clock {
  let now = 0
  let pauses = 0
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds
      pauses += 1
      if (pauses === 20) abort.abort('SIGINT')
      abort.signal.throwIfAborted()
    },
  }
}
