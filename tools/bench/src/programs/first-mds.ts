import { setTimeout as sleep } from 'node:timers/promises'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import makeMdns from 'multicast-dns'

/** The output of this program. */
export interface FirstMds {
  /** Milliseconds until the first MDS, round by round: of the cluster whose instance is called like it, */
  readonly ours: readonly number[]
  /** of the one whose instance is not, */
  readonly unnamed: readonly number[]
  /** and of any. */
  readonly peer: readonly number[]
  /** In how many rounds the peer had to ask again. */
  readonly askedAgain: number
}

// Run on a host of its own: CLUSTER UNNAMED ROUNDS ADDRESS.
const [cluster = '', unnamed = '', rounds = '1', address = ''] = process.argv.slice(2)
/** Milliseconds between two questions: a host need not multicast the same record twice within a second (RFC 6762 section 6). */
const PAUSE = 1_300
/** Rounds that do not count: a host that has just come up announces for some seconds, and answers nothing that it has just told. */
const WARMUP = 3
/** Milliseconds after which the peer asks again, as its users have to. */
const REPEAT = 1_000
/** Milliseconds that one question may take, with all its repetitions. */
const LIMIT = 10_000

async function ours(cluster: string): Promise<number> {
  const start = performance.now()
  const resolver = zeroconfResolver()
  try {
    for await (const event of resolver.resolve(cluster as never)) {
      if (event.type === 'endpoint') return performance.now() - start
    }
  } finally {
    await resolver[Symbol.asyncDispose]()
  }
  throw new Error('we found nothing')
}

interface PeerRound {
  readonly time: number
  readonly questions: number
}

/** The records that it needs may come in several responses. */
function peer(): Promise<PeerRound> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const told = new Set<string>()
    let questions = 0
    const mdns = makeMdns({ interface: address, bind: '0.0.0.0' })
    const ask = (): void => {
      questions += 1
      if (performance.now() - start > LIMIT) reject(new Error(`the peer found ${[...told].join(' and ') || 'nothing'}`))
      else mdns.query('_pstorage._tcp.local', 'PTR')
    }
    const repeat = setInterval(ask, REPEAT)
    mdns.on('response', ({ answers = [], additionals = [] }) => {
      for (const { type } of [...answers, ...additionals]) told.add(type)
      if (!told.has('SRV') || !told.has('A')) return
      const time = performance.now() - start
      clearInterval(repeat)
      mdns.destroy(() => resolve({ time, questions }))
    })
    ask()
  })
}

const times = { ours: [] as number[], unnamed: [] as number[], peer: [] as number[] }
let askedAgain = 0
for (let round = 0; round < WARMUP + Number(rounds); round += 1) {
  await sleep(PAUSE)
  const our = await ours(cluster)
  await sleep(PAUSE)
  const other = await ours(unnamed)
  await sleep(PAUSE)
  const its = await peer()
  if (round < WARMUP) continue
  times.ours.push(our)
  times.unnamed.push(other)
  times.peer.push(its.time)
  if (its.questions > 1) askedAgain += 1
}
console.log(JSON.stringify({ ...times, askedAgain } satisfies FirstMds))
process.exit(0)
