// Announces on the host that it runs on what its argument says, and writes what happens, a line of JSON each, until its input ends.
import { createInterface } from 'node:readline'
import { announce } from '@pstorage/discovery-zeroconf'
import { processLoad } from './process-load.mjs'

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const stopped = new Promise((resolve) => {
  process.on('SIGTERM', resolve)
  process.stdin.on('end', resolve)
})

createInterface(process.stdin).on('line', (line) => say({ id: JSON.parse(line).id, load: processLoad() }))
try {
  const options = JSON.parse(process.argv[2])
  const announcement = await announce({ ...options, onEvent: (event) => say({ event }) })
  say({ announced: announcement.instances })
  await stopped
  await announcement.stop()
} catch (error) {
  say({ refused: { code: error.code, message: error.message } })
}
process.exit()
