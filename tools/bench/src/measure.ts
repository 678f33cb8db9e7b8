import type { Row } from './row.js'

/** What a row took, in nanoseconds for one call. */
export interface Measurement {
  readonly rounds: number
  /** Calls in one round. */
  readonly calls: { readonly ours: number; readonly peer: number }
  readonly ours: Spread
  readonly peer: Spread
  /** How many times as fast as the peer we are: the median over the rounds of the peer's time by ours. */
  readonly ratio: Spread
}

/** The middle of sorted values, and the quarters to both sides of it. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

interface MeasureOptions {
  /** Default: 41. */
  readonly rounds?: number
  /** How long one side's part of a round takes, in milliseconds. Default: 20. */
  readonly roundMs?: number
}

/** Results go here, so that no compiler may leave out the work. */
const sink: { last?: unknown } = {}

/**
 * Measures both sides of a row in turns: each round does one and then the other, and every other round starts with the other
 * one, so that whatever else the machine does falls on both. The first fifth of the rounds only warms up.
 */
export async function measure(row: Row, { rounds = 41, roundMs = 20 }: MeasureOptions = {}): Promise<Measurement> {
  const ours = () => row.ours()
  const peer = () => row.peer()
  const calls = { ours: await callsFor(ours, roundMs), peer: await callsFor(peer, roundMs) }
  const times: { ours: number; peer: number }[] = []
  const warmup = Math.ceil(rounds / 5)
  for (let round = 0; round < warmup + rounds; round++) {
    const time = { ours: 0, peer: 0 }
    for (const side of round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)) {
      time[side] = await timeOf(side === 'ours' ? ours : peer, calls[side])
    }
    if (round >= warmup) {
      times.push(time)
    }
  }
  return {
    rounds,
    calls,
    ours: spreadOf(times.map((time) => time.ours)),
    peer: spreadOf(times.map((time) => time.peer)),
    ratio: spreadOf(times.map((time) => time.peer / time.ours)),
  }
}

/** How many calls take about as long as a round should, once the work is compiled. */
async function callsFor(work: () => unknown, roundMs: number): Promise<number> {
  for (const end = performance.now() + 5 * roundMs; performance.now() < end; ) {
    await timeOf(work, 1)
  }
  let calls = 1
  for (;;) {
    const total = (await timeOf(work, calls)) * calls
    if (total >= (roundMs * 1e6) / 2) {
      return Math.max(1, Math.round((calls * roundMs * 1e6) / total))
    }
    calls *= 2
  }
}

/** Nanoseconds for one of `calls` calls. */
async function timeOf(work: () => unknown, calls: number): Promise<number> {
  const start = process.hrtime.bigint()
  for (let call = 0; call < calls; call++) {
    const result = work()
    // Waiting for what is no promise would cost more than a short piece of work.
    sink.last = result instanceof Promise ? await result : result
  }
  return Number(process.hrtime.bigint() - start) / calls
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) }
}
