import { namedServer } from '@pstorage/testbed'
import { lineOf, lineOfBound } from '../compare.js'
import { programFile, serveProgram } from '../processes/program.js'
import { type ProcessTime, timeProcess } from '../processes/time-process.js'
import { type Line, type Row, Unmeasured } from '../row.js'
import { type LargeZone, zoneText } from '../zone/large-zone.js'

const zone: LargeZone = { origin: 'large.test', records: 1_000_000 }
const ROUNDS = 3
/** Milliseconds after which no further round is begun. */
const TIME = 40_000
/** MiB above a bare Node.js. */
const MEMORY = 64

/** From a server that has the transfer ready. */
export const transferReplayed: Row = {
  name: 'axfr-replay',
  description:
    'Names of 1,000,000 clusters by zone transfer, the whole process, from a server that replays the transfer',
  async measure() {
    await using server = await serveProgram('serve-replay', zone.origin, String(zone.records))
    const { ours, dig, memory } = await measureTransfer(server.port)
    return [
      lineOf({ against: 'dig AXFR', unit: 'ms', ours: ours.wall, other: dig.wall, atMost: 0.5 }),
      lineOf({ against: 'dig AXFR, processor time', unit: 'ms', ours: ours.cpu, other: dig.cpu }),
      lineOfBound({ against: `${MEMORY} MiB above a bare Node.js`, unit: 'MiB', ours: memory, bound: MEMORY }),
    ]
  },
}

/** From BIND, which makes the transfer while it sends it. */
export const transferFromBind: Row = {
  name: 'axfr-bind',
  description: 'The same from BIND',
  async measure(): Promise<readonly Line[]> {
    let text = ''
    for (const piece of zoneText(zone)) text += piece
    const named = await namedServer({ zones: { [zone.origin]: text }, allowTransfer: 'any' }).catch((error) => {
      throw new Unmeasured(`BIND does not run here: ${String(error).split('\n')[0]}`)
    })
    await using server = named
    const { ours, dig } = await measureTransfer(server.port)
    return [
      lineOf({ against: 'dig AXFR', unit: 'ms', ours: ours.wall, other: dig.wall, atMost: 1 }),
      lineOf({ against: 'dig AXFR, processor time', unit: 'ms', ours: ours.cpu, other: dig.cpu, atMost: 0.6 }),
    ]
  },
}

async function measureTransfer(port: number) {
  const ours = { wall: [] as number[], cpu: [] as number[] }
  const dig = { wall: [] as number[], cpu: [] as number[] }
  const memory: number[] = []
  const bare = await timeProcess([process.execPath, '-p', 'process.resourceUsage().maxRSS'], { keep: true })
  const started = performance.now()
  for (let round = 0; round < ROUNDS && performance.now() - started < TIME; round += 1) {
    const its = await timeProcess(['dig', '@127.0.0.1', '-p', String(port), zone.origin, 'AXFR'])
    const our = await transferOnce(port, zone)
    for (const [times, { wall, cpu }] of [
      [ours, our],
      [dig, its],
    ] as const) {
      times.wall.push(wall)
      times.cpu.push(cpu)
    }
    memory.push((our.peakKiB - Number(bare.stdout)) / 1_024)
  }
  return { ours, dig, memory }
}

/** Transfers a zone in a process of its own, and sees that all names have come. */
export async function transferOnce(
  port: number,
  { origin, records }: LargeZone,
): Promise<ProcessTime & { readonly peakKiB: number }> {
  const command = [process.execPath, programFile('transfer-names'), `127.0.0.1:${port}`, origin]
  const time = await timeProcess(command, { keep: true })
  const { names, peakKiB }: { readonly names: number; readonly peakKiB: number } = JSON.parse(time.stdout)
  if (names !== records) throw new Error(`${names} of ${records} names have come`)
  return { ...time, peakKiB }
}
