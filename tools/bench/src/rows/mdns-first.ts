import { avahiOn, messageBusOn, networkNamespaces, runAvahi } from '@pstorage/testbed'
import { lineOf } from '../compare.js'
import { programFile } from '../processes/program.js'
import type { FirstMds } from '../programs/first-mds.js'
import { type Row, Unmeasured } from '../row.js'

const ROUNDS = 15

/** As the guide writes the service file. */
const named = { instance: 'alpha', cluster: 'alpha', port: 2510 }
const unnamed = { instance: 'MDS on mds', cluster: 'beta', port: 2511 }

/** Avahi announces on one host, and is asked from two others. */
export const mdnsFirst: Row = {
  name: 'mdns-first',
  description: 'The first MDS of a cluster that Avahi announces on a second host (a network namespace)',
  async measure() {
    const link = { link: 'one' }
    const network = await networkNamespaces({ mds: [link], asker: [link], browser: [link] }).catch((error) => {
      throw new Unmeasured(String(error))
    })
    await using namespaces = network
    const { mds, asker, browser } = namespaces.hosts
    const start = async () => {
      await avahiOn(mds, { mds: [named, unnamed], subtypes: true })
      await messageBusOn(browser)
      await avahiOn(browser, { bus: true })
    }
    await start().catch((error) => {
      throw new Unmeasured(String(error).split('\n')[0])
    })
    const args = [named.cluster, unnamed.cluster, String(ROUNDS), asker.address()]
    const output = await asker.run(process.execPath, programFile('first-mds'), ...args)
    const { ours, unnamed: others, peer, askedAgain }: FirstMds = JSON.parse(output)
    const browsed: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now()
      await runAvahi(browser, 'avahi-browse', '-rt', '_pstorage._tcp')
      browsed.push(performance.now() - started)
    }
    const remark = askedAgain > 0 ? `which had to ask again in ${askedAgain} of ${ROUNDS} rounds` : undefined
    return [
      lineOf({ against: 'a bare query by multicast-dns', unit: 'ms', ours, other: peer, atMost: 1.3, remark }),
      lineOf({ against: 'the same, an instance not called like its cluster', unit: 'ms', ours: others, other: peer }),
      lineOf({ against: 'avahi-browse -rt, whole', unit: 'ms', ours, other: browsed, atMost: 1 }),
    ]
  },
}
