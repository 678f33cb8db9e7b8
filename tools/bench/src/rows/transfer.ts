import { namedServer } from '@pstorage/testbed'
import { lineOf, lineOfBound } from '../compare.js'
import { bundleProgram } from '../processes/bundle-program.js'
import { programFile, serveProgram } from '../processes/program.js'
import { type ProcessTime, timeProcess } from '../processes/time-process.js'
import { type Line, type Row, Unmeasured } from '../row.js'
import { type LargeZone, zoneText } from '../zone/large-zone.js'

const zone: LargeZone = { origin: 'large.test', records: 1_000_000 }
const ROUNDS = 3
/** Milliseconds after which no further round is begun. */
const TIME = 60_000
/** MiB above a bare Node.js. */
const MEMORY = 64

/** From a server that has the transfer ready. */
export const transferReplayed: Row = {
  name: 'axfr-replay',
  description:
    'Names of 1,000,000 clusters by zone transfer, the whole process, from a server that replays the transfer',
  async measure() {
    await using server = await serveProgram('serve-replay', zone.origin, String(zone.records))
    const { times, memory } = await measureTransfer(server.port)
    return [
      lineOf({ against: 'dig AXFR', unit: 'ms', ours: times.ours.wall, other: times.dig.wall, atMost: 0.5 }),
      lineOf({ against: 'dig AXFR, processor time', unit: 'ms', ours: times.ours.cpu, other: times.dig.cpu }),
      lineOfBound({ against: `${MEMORY} MiB above a bare Node.js`, unit: 'MiB', ours: memory, bound: MEMORY }),
      ...reportedLines(times),
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
    const { times } = await measureTransfer(server.port)
    const { ours, dig } = times
    return [
      lineOf({ against: 'dig AXFR', unit: 'ms', ours: ours.wall, other: dig.wall, atMost: 1 }),
      lineOf({ against: 'dig AXFR, processor time', unit: 'ms', ours: ours.cpu, other: dig.cpu, atMost: 0.6 }),
      ...reportedLines(times),
    ]
  },
}

interface Times {
  readonly wall: number[]
  readonly cpu: number[]
}

/** `modules` is ours as it is without a bundler, `reading` a program that reads the transfer and looks at nothing. */
type Side = 'ours' | 'modules' | 'reading' | 'dig'

function reportedLines({ ours, modules, reading, dig }: Readonly<Record<Side, Times>>): readonly Line[] {
  const floor = 'reading it and nothing else'
  return [
    lineOf({ against: 'dig AXFR, ours not bundled', unit: 'ms', ours: modules.wall, other: dig.wall }),
    lineOf({ against: 'dig AXFR, ours not bundled, processor time', unit: 'ms', ours: modules.cpu, other: dig.cpu }),
    lineOf({ against: floor, unit: 'ms', ours: ours.wall, other: reading.wall }),
    lineOf({ against: `${floor}, processor time`, unit: 'ms', ours: ours.cpu, other: reading.cpu }),
  ]
}

async function measureTransfer(port: number) {
  await using names = await bundleProgram('transfer-names')
  await using read = await bundleProgram('read-transfer')
  const memory: number[] = []
  const bare = await timeProcess([process.execPath, '-p', 'process.resourceUsage().maxRSS'], { keep: true })
  const sides: Readonly<Record<Side, () => Promise<ProcessTime>>> = {
    dig: () => timeProcess(['dig', '@127.0.0.1', '-p', String(port), zone.origin, 'AXFR']),
    ours: async () => {
      const time = await transferOnce(names.file, port, zone)
      memory.push((time.peakKiB - Number(bare.stdout)) / 1_024)
      return time
    },
    modules: () => transferOnce(programFile('transfer-names'), port, zone),
    reading: () => timeProcess([process.execPath, read.file, String(port), zone.origin]),
  }
  const times = { dig: timesOf(), ours: timesOf(), modules: timesOf(), reading: timesOf() }
  const started = performance.now()
  for (let round = 0; round < ROUNDS && performance.now() - started < TIME; round += 1) {
    for (const side of ['dig', 'ours', 'modules', 'reading'] as const) {
      const { wall, cpu } = await sides[side]()
      times[side].wall.push(wall)
      times[side].cpu.push(cpu)
    }
  }
  return { times, memory }
}

const timesOf = (): Times => ({ wall: [], cpu: [] })

/** Transfers a zone by a program in a process of its own, and sees that all names have come. */
export async function transferOnce(
  file: string,
  port: number,
  { origin, records }: LargeZone,
): Promise<ProcessTime & { readonly peakKiB: number }> {
  const time = await timeProcess([process.execPath, file, `127.0.0.1:${port}`, origin], { keep: true })
  const { names, peakKiB }: { readonly names: number; readonly peakKiB: number } = JSON.parse(time.stdout)
  if (names !== records) throw new Error(`${names} of ${records} names have come`)
  return { ...time, peakKiB }
}
