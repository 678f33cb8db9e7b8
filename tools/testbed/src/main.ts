import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startTestbed } from './start-testbed.js'
import { tryCommands } from './try-commands.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
const seconds = Number(values.seconds)
if (!(seconds > 0 && seconds <= 86_400)) throw new RangeError(`--seconds must be 1 to 86400: ${values.seconds}`)

const testbed = await startTestbed()
try {
  const command = fileURLToPath(new URL('../../../packages/discovery-cli/dist/main.js', import.meta.url))
  console.log(`Running on loopback for ${seconds} seconds, or until Ctrl-C. In another shell:\n`)
  console.log(`  alias pstorage-discovery='node ${command}'\n`)
  for (const { shows, words } of tryCommands(testbed)) {
    console.log(`# ${shows}\n  pstorage-discovery ${words.join(' ')}`)
  }
  const { fault } = testbed.zeroconf
  if (fault !== undefined) console.log(`\nThere is no multicast host, because it could not start: ${fault}`)

  const stopped = new AbortController()
  const { signal } = stopped
  const timer = setTimeout(() => stopped.abort(), seconds * 1000)
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]).catch(() => undefined)
  clearTimeout(timer)
  stopped.abort()
} finally {
  await testbed[Symbol.asyncDispose]()
}
