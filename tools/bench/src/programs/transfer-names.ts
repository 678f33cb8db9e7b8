import { dnsResolver } from '@pstorage/discovery-dns'

// Run as a process of its own, so that all of it is measured: SERVER ORIGIN. Prints how many names there are, and its peak of
// resident memory in KiB.
const [server = '', origin = ''] = process.argv.slice(2)

async function countNames(): Promise<number> {
  await using resolver = dnsResolver({ servers: [server], domains: [origin], axfr: 'always' })
  let names = 0
  for await (const event of resolver.discover({ timeout: 120_000 })) if (event.type === 'cluster') names += 1
  return names
}

// Without `await` here, which a bundle of CommonJS cannot have.
void countNames().then((names) => {
  console.log(JSON.stringify({ names, peakKiB: process.resourceUsage().maxRSS }))
})
