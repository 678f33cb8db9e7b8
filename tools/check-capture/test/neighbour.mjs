// Announces and watches on the host that it runs on, until its input ends.
import { announce, zeroconfResolver } from '@pstorage/discovery-zeroconf'

const announcement = await announce({
  clusters: [
    { name: 'alpha', host: 'node1' },
    { name: 'beta', endpoints: ['192.0.2.21', '[2001:db8::21]:2511'] },
  ],
})
const over = new AbortController()
const watching = (async () => {
  const changes = zeroconfResolver().changes(undefined, { signal: over.signal })
  for await (const _ of changes) process.stdout.write('changed\n')
})().catch(() => undefined)
process.stdout.write('announced\n')
process.on('SIGTERM', () => undefined)
process.stdin
  .on('end', async () => {
    over.abort()
    await watching
    await announcement.stop()
    process.exit()
  })
  .resume()
