import { existsSync } from 'node:fs'
import { lineOf } from '../compare.js'
import { commandFile } from '../processes/program.js'
import { timeProcess } from '../processes/time-process.js'
import { type Line, type Row, Unmeasured } from '../row.js'
import { benchNameServer, DOMAIN } from '../servers/name-server.js'

const ROUNDS = 21

/** Whole processes; with `BENCH_NODE`, the path of another Node.js, that is reported too. */
export const cliResolve: Row = {
  name: 'cli-resolve',
  description: 'pstorage-discovery resolve by DNS, and --help: the whole process',
  async measure() {
    if (!existsSync(commandFile)) throw new Unmeasured('the command is not built')
    await using server = await benchNameServer()
    const { BENCH_NODE: further } = process.env
    const lines = await measureOn(process.execPath, server.server, server.remark, 1.5)
    if (further === undefined) return lines
    return [...lines, ...(await measureOn(further, server.server, `on ${further}`))]
  },
}

async function measureOn(
  node: string,
  server: string,
  remark: string | undefined,
  atMost?: number,
): Promise<readonly Line[]> {
  const resolve = ['resolve', 'c1', '--backend', 'dns', '--server', server, '--domain', DOMAIN]
  const sides = {
    bare: [node, '-e', '0'],
    help: [node, commandFile, '--help'],
    resolve: [node, commandFile, ...resolve],
  }
  const times = { bare: timesOf(), help: timesOf(), resolve: timesOf() }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of ['bare', 'help', 'resolve'] as const) {
      const { wall, cpu } = await timeProcess(sides[side])
      times[side].wall.push(wall)
      times[side].cpu.push(cpu)
    }
  }
  const bar = atMost === undefined ? {} : { atMost }
  return (['resolve', 'help'] as const).flatMap((side) => [
    lineOf({
      against: `node -e 0, ${side}`,
      unit: 'ms',
      ours: times[side].wall,
      other: times.bare.wall,
      remark,
      ...bar,
    }),
    lineOf({
      against: `node -e 0, ${side}, processor time`,
      unit: 'ms',
      ours: times[side].cpu,
      other: times.bare.cpu,
      remark,
    }),
  ])
}

function timesOf(): { readonly wall: number[]; readonly cpu: number[] } {
  return { wall: [], cpu: [] }
}
