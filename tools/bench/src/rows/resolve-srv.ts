import { inTurns, lineOf } from '../compare.js'
import type { Line, Row } from '../row.js'
import { benchNameServer, CLUSTERS } from '../servers/name-server.js'
import { type SrvSides, srvSides } from '../servers/srv-sides.js'

/** Calls of a round. */
const CALLS = 64
const ROUNDS = 41
/** The peer is slow where it finds nothing: a round takes it about 50 s, and stopping it earlier would cost it results. */
const ROUNDS_OF_ALL = 1

/** One after another. */
export const srvSequential: Row = {
  name: 'srv-sequential',
  description: 'Resolve a cluster of 3 MDS by SRV with its addresses, uncached, one after another',
  measure: () => measureSrv(1, { peer: 0.5, floor: 1.4 }),
}

/** Many at a time. */
export const srvConcurrent: Row = {
  name: 'srv-64',
  description: 'The same with 64 in flight, for one of them',
  measure: () => measureSrv(64, { peer: 0.5 }),
}

async function measureSrv(
  inFlight: number,
  bars: { readonly peer: number; readonly floor?: number },
): Promise<readonly Line[]> {
  await using server = await benchNameServer()
  await using sides = srvSides(server)
  let next = 0
  const batch = (ask: (cluster: string) => Promise<void>) => async () => {
    let left = CALLS
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        next = (next + 1) % CLUSTERS
        await ask(`c${next}`)
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
  }
  const { ours, peer, floor, oneSocket } = await inTurns(
    {
      ours: batch(sides.ours),
      peer: batch(sides.peer),
      floor: batch(sides.floor),
      oneSocket: batch(sides.oneSocket),
    },
    { rounds: ROUNDS, warmup: 30 },
  )
  const one = (times: readonly number[]) => times.map((time) => time / CALLS)
  const { remark } = server
  return [
    lineOf({
      against: 'node:dns, resolveSrv and resolve4',
      ours: one(ours),
      other: one(peer),
      atMost: bars.peer,
      remark,
    }),
    lineOf({
      against: 'a bare exchange of datagrams, each over a fresh socket (floor)',
      ours: one(ours),
      other: one(floor),
      remark,
      ...(bars.floor !== undefined && { atMost: bars.floor }),
    }),
    lineOf({
      against: 'the same over one socket for all, which is not safe',
      ours: one(ours),
      other: one(oneSocket),
      remark,
    }),
  ]
}

/** All at once. What the peer does not find does not count for it. */
export const srvFlood: Row = {
  name: 'srv-10000',
  description: 'Resolve 10,000 different clusters, all asked at once; the time for one that was found',
  async measure() {
    await using server = await benchNameServer()
    await using sides = srvSides(server)
    const ours: number[] = []
    const peer: number[] = []
    const lost = { ours: 0, peer: 0 }
    await timeOfFlood(sides, 'ours', 1_000)
    for (let round = 0; round < ROUNDS_OF_ALL; round += 1) {
      const our = await timeOfFlood(sides, 'ours', CLUSTERS)
      const its = await timeOfFlood(sides, 'peer', CLUSTERS)
      lost.ours += our.lost
      lost.peer += its.lost
      ours.push(our.time / (CLUSTERS - our.lost))
      peer.push(its.time / (CLUSTERS - its.lost))
    }
    const remark = [
      server.remark,
      `not found: ${lost.ours} of ${ROUNDS_OF_ALL * CLUSTERS} by us, ${lost.peer} by the peer`,
    ]
    const line = lineOf({
      against: 'node:dns, resolveSrv and resolve4',
      ours,
      other: peer,
      atMost: 0.1,
      remark: remark.filter((text) => text !== undefined).join('; '),
    })
    return [{ ...line, held: line.held && lost.ours === 0 }]
  },
}

async function timeOfFlood(sides: SrvSides, side: 'ours' | 'peer', clusters: number) {
  const start = process.hrtime.bigint()
  const results = await Promise.allSettled(Array.from({ length: clusters }, (_, index) => sides[side](`c${index}`)))
  const time = Number(process.hrtime.bigint() - start)
  return { time, lost: results.filter(({ status }) => status === 'rejected').length }
}
