import type { Line, Unit } from './row.js'
import { spreadOf } from './spread.js'

/** Sides that are measured in turns: each does its work once and resolves with its figure, or with its time where it gives none. */
export type Sides<Name extends string> = Readonly<Record<Name, () => unknown>>

export interface TurnOptions {
  /** Default 21. */
  readonly rounds?: number
  /** Rounds before those that count; default a fifth of them. */
  readonly warmup?: number
  /** Runs of each side in a round; default 1. */
  readonly calls?: number
}

/** Results go here, so that no compiler may leave out the work. */
const sink: { last?: unknown } = {}

/**
 * Measures all sides in turns, every other round in the opposite order, and gives nanoseconds for one call of each, round by
 * round.
 */
export async function inTurns<Name extends string>(
  sides: Sides<Name>,
  { rounds = 21, warmup = Math.ceil(rounds / 5), calls = 1 }: TurnOptions = {},
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(sides) as Name[] // the keys of the record
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < warmup + rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const time = await timeOf(sides[name], calls)
      if (round >= warmup) times[name].push(time)
    }
  }
  return times
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

export interface LineParts {
  readonly against: string
  readonly unit?: Unit
  /** Round by round, as {@link inTurns} gives them. */
  readonly ours: readonly number[]
  readonly other: readonly number[]
  readonly atMost?: number
  readonly remark?: string | undefined
}

/** Compares two sides round by round. */
export function lineOf({ against, unit = 'ns', ours, other, atMost, remark }: LineParts): Line {
  const ratios = ours.map((figure, round) => figure / (other[round] ?? Number.NaN))
  const ratio = spreadOf(ratios).median
  const [least, otherLeast] = [spreadOf(ours).least, spreadOf(other).least]
  const held = atMost === undefined || ratio <= atMost
  return {
    against,
    unit,
    ours: spreadOf(ours),
    other: spreadOf(other),
    ratio,
    leastRatio: least / otherLeast,
    atMost,
    held,
    remark,
  }
}

/** Compares with a figure that is not measured, such as a number of milliseconds. */
export function lineOfBound(parts: Omit<LineParts, 'other' | 'atMost'> & { readonly bound: number }): Line {
  return lineOf({ ...parts, other: parts.ours.map(() => parts.bound), atMost: 1 })
}
