import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { serveChurn } from './churning-server.js'
import { soak } from './soak.js'
import { soakBars } from './soak-bars.js'

const clusters = 100
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    serve: { type: 'boolean' },
  },
})
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]

if (values.serve === true) {
  await serveChurn({ clusters, changeEvery: 100, seed })
} else if (!(minutes > 0 && minutes <= 24 * 60) || !Number.isSafeInteger(seed)) {
  console.error('usage: pnpm soak [--minutes MINUTES] [--seed NUMBER]')
  process.exitCode = 2
} else {
  await run()
}

async function run(): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--serve', '--seed', String(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [server] = await once(createInterface({ input: child.stdout }), 'line')
  const total = minutes * 60_000
  const warmUp = Math.min(total / 4, 60_000)
  const plan = { server: String(server), clusters, warmUp, duration: total - warmUp }
  console.log(`${clusters} clusters that change ten times a second, watched for ${minutes} minutes; seed ${seed}`)
  const result = await soak(plan)
  child.stdin.end()
  await once(child, 'exit')

  const bars = soakBars(result, plan)
  for (const { what, measured, bar, met } of bars) {
    console.log(
      `${met ? 'met   ' : 'MISSED'}  ${measured.toFixed(2).padStart(8)}  <= ${String(bar).padEnd(4)}  ${what}`,
    )
  }
  console.log(`events: ${JSON.stringify(result.events)}`)
  process.exitCode = bars.every(({ met }) => met) ? 0 : 1
}
