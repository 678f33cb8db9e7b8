import { watch } from '@pstorage/discovery-core'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'

/** The output of this program: milliseconds of processor time. */
export interface ManyWatchers {
  /** From the first watch until each has its MDS. */
  readonly untilFound: number
}

// Run on a host of its own: COUNT ADDRESS. Watches COUNT clusters at the same time.
const [count = '0', address = ''] = process.argv.slice(2)

const resolver = zeroconfResolver({ interfaces: [address] })
const abort = new AbortController()

/** Watches until the signal; resolves when there is an MDS. */
function found(cluster: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watching = async (): Promise<void> => {
      for await (const event of watch(resolver, cluster as never, { signal: abort.signal })) {
        if ((event.type === 'snapshot' || event.type === 'added') && event.endpoints.length > 0) resolve()
      }
    }
    watching().catch(reject)
  })
}

const started = process.cpuUsage()
await Promise.all(Array.from({ length: Number(count) }, (_, index) => found(`cluster-${index}`)))
const { user, system } = process.cpuUsage(started)
console.log(JSON.stringify({ untilFound: (user + system) / 1_000 } satisfies ManyWatchers))
process.exit(0)
