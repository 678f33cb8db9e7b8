import { bundleProgram } from '../processes/bundle-program.js'
import { serveProgram } from '../processes/program.js'
import { transferOnce } from '../rows/transfer.js'
import { printRow, type Study } from './study.js'

const ORIGIN = 'large.test'
const ROUNDS = 3

/** Zones of 10^3 to 10^6.5 records, in half decades. */
const SIZES = [1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000, 3_162_278]

/** Straight in time, flat in memory: what each further record costs. */
export const transferCurve: Study = {
  name: 'transfer-curve',
  description: 'time and peak memory of a zone transfer of 1,000 to 3,162,278 records, from a replay server',
  async run() {
    await using program = await bundleProgram('transfer-names')
    printRow(['records', 'ms', 'processor ms', 'us/record', 'peak MiB'])
    for (const records of SIZES) {
      await using server = await serveProgram('serve-replay', ORIGIN, String(records))
      const times = []
      for (let round = 0; round < ROUNDS; round += 1) {
        times.push(await transferOnce(program.file, server.port, { origin: ORIGIN, records }))
      }
      const [best] = times.toSorted((a, b) => a.cpu - b.cpu)
      if (best === undefined) continue
      printRow([String(records), best.wall, best.cpu, (1_000 * best.cpu) / records, best.peakKiB / 1_024])
    }
  },
}
