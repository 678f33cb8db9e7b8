import { fileURLToPath } from 'node:url'
import { type FuzzOptions, parseFuzzOptions, usage } from './run/fuzz-options.js'
import { loadMessages } from './run/load-messages.js'
import { type LoadedTarget, loadTargets } from './run/load-targets.js'
import { type RunResult, runTarget } from './run/run-target.js'
import { startWatchdog } from './run/watchdog.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { targets: loaded, unload } = await loadTargets(root)

let options: FuzzOptions
try {
  options = parseFuzzOptions(
    process.argv.slice(2),
    loaded.map(({ target }) => target.name),
  )
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  await unload()
  process.exit(2)
}

const { seed, effort, captures } = options
const chosen = loaded.filter(({ target }) => options.targets.includes(target.name))
const messages = loadMessages(root, captures)
const watchdog = startWatchdog()
let findings = 0
for (const one of chosen) {
  const time = 'minutes' in effort ? (effort.minutes * 60_000) / chosen.length : Number.POSITIVE_INFINITY
  const runs = 'runs' in effort ? effort.runs : Number.POSITIVE_INFINITY
  const result = await runTarget(one, { seed, messages, runs, time, begins: watchdog.begins })
  watchdog.begins(-1)
  findings += result.findings
  print(one, result)
}
await watchdog.stop()
await unload()
if (findings > 0) console.error(`\n${findings} findings; the tests of the packages replay the files that are kept`)
process.exitCode = findings > 0 ? 1 : 0

function print({ target }: LoadedTarget, { runs, accepted, milliseconds, growth, findings: found }: RunResult): void {
  const number = (value: number): string => Math.round(value).toLocaleString('en')
  console.log(
    `${target.name.padEnd(16)} seeds ${seed} to ${seed + runs - 1}: ${number(runs)} runs in ${(milliseconds / 1_000).toFixed(1)} s ` +
      `(${number((runs / milliseconds) * 1_000)} a second), ${Math.round((accepted / runs) * 100)} % accepted, ` +
      `heap ${growth < 0 ? '' : '+'}${growth.toFixed(1)} MiB, ${found === 0 ? 'no finding' : `${found} FINDINGS`}`,
  )
}
