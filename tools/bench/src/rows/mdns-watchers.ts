import { networkNamespaces } from '@pstorage/testbed'
import { lineOf } from '../compare.js'
import { programFile } from '../processes/program.js'
import type { ManyWatchers } from '../programs/many-watchers.js'
import { type Row, Unmeasured } from '../row.js'

const ROUNDS = 5
const COUNT = 500

/** Watches that wait for as many instances, each of a cluster of its own. */
export const mdnsWatchers: Row = {
  name: 'mdns-watchers',
  description: `Processor time of ${COUNT} watches until each has the MDS of its cluster, one of ${COUNT} on the link`,
  async measure() {
    const link = { link: 'one' }
    const network = await networkNamespaces({ watcher: [link], mds: [link] }).catch((error) => {
      throw new Unmeasured(String(error))
    })
    await using namespaces = network
    const { watcher, mds } = namespaces.hosts
    const timeOf = async (count: number): Promise<number> => {
      const announcer = mds.start(process.execPath, programFile('announce-many'), String(count), mds.address())
      await announcer.lines.when(1)
      const output = await watcher.run(process.execPath, programFile('many-watchers'), String(count), watcher.address())
      await announcer.kill()
      const { untilFound }: ManyWatchers = JSON.parse(output)
      return untilFound
    }
    const times = { half: [] as number[], whole: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      times.half.push(await timeOf(COUNT / 2))
      times.whole.push(await timeOf(COUNT))
    }
    return [lineOf({ against: `half as many of both`, unit: 'ms', ours: times.whole, other: times.half, atMost: 2.2 })]
  },
}
