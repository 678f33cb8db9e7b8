import { setTimeout as sleep } from 'node:timers/promises'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import makeMdns from 'multicast-dns'

// Run on a host of its own: CLUSTER ROUNDS ADDRESS. Prints milliseconds until the first MDS, for both ways, round by round.
const [cluster = '', rounds = '1', address = ''] = process.argv.slice(2)
/** Milliseconds between two questions: a host need not multicast the same record twice within a second (RFC 6762 section 6). */
const PAUSE = 1_300

async function ours(): Promise<number> {
  const start = performance.now()
  const resolver = zeroconfResolver()
  try {
    for await (const event of resolver.resolve(cluster as never)) {
      if (event.type === 'endpoint') return performance.now() - start
    }
  } finally {
    await resolver[Symbol.asyncDispose]()
  }
  throw new Error('nothing was found')
}

function peer(): Promise<number> {
  const start = performance.now()
  return new Promise((resolve) => {
    const mdns = makeMdns({ interface: address, bind: '0.0.0.0' })
    mdns.on('response', ({ answers = [], additionals = [] }) => {
      const types = [...answers, ...additionals].map(({ type }) => type)
      if (!types.includes('SRV') || !types.includes('A')) return
      const time = performance.now() - start
      mdns.destroy(() => resolve(time))
    })
    mdns.query('_pstorage._tcp.local', 'PTR')
  })
}

/** Milliseconds for all of it. */
const LIMIT = 45_000
const tooLong = setTimeout(() => {
  console.error(`only this was found in time: ${JSON.stringify(times)}`)
  process.exit(1)
}, LIMIT)

const times: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] }
for (let round = 0; round < Number(rounds); round += 1) {
  await sleep(PAUSE)
  times.ours.push(await ours())
  await sleep(PAUSE)
  times.peer.push(await peer())
}
clearTimeout(tooLong)
console.log(JSON.stringify(times))
process.exit(0)
