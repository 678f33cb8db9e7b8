import { FuzzRandom } from '../fuzz-random.js'
import type { FuzzMessages, FuzzTarget } from '../fuzz-target.js'
import { checkTime } from '../replay.js'
import { heapInUse } from './heap-in-use.js'
import { keepFinding, kindOf } from './keep-finding.js'
import type { LoadedTarget } from './load-targets.js'

/** Limits of a run. */
export interface RunPlan {
  readonly seed: number
  readonly messages: FuzzMessages
  /** Runs at the most. */
  readonly runs: number
  /** Milliseconds at the most. */
  readonly time: number
  /** Told the number of each run before it begins. */
  readonly begins: (run: number) => void
}

/** The result of a run. */
export interface RunResult {
  readonly runs: number
  readonly accepted: number
  readonly milliseconds: number
  /** MiB by which the heap has grown since the first runs. */
  readonly growth: number
  readonly findings: number
}

/** Lines of a stack trace. */
const TRACE = 12
/** Kinds of findings after which a target is left alone. */
const MOST_FINDINGS = 10
/** Runs after which caches of engine and target are warm. */
const WARM_RUNS = 2_000
/** MiB that the heap may grow by after that. */
const MOST_GROWTH = 16

/** Feeds a target until it has had enough, prints what was found, and keeps it. */
export async function runTarget({ target, folder }: LoadedTarget, plan: RunPlan): Promise<RunResult> {
  const random = new FuzzRandom()
  const input = target.inputs(random, plan.messages)
  const kinds = new Set<string>()
  Error.stackTraceLimit = 0
  const startedAt = performance.now()
  let [runs, accepted, heapBefore] = [0, 0, heapInUse()]
  while (runs < plan.runs && kinds.size < MOST_FINDINGS && performance.now() - startedAt < plan.time) {
    const number = plan.seed + runs
    plan.begins(number)
    random.restart(number)
    const bytes = input()
    runs += 1
    try {
      const before = performance.now()
      const result = target.check(bytes)
      if (typeof result === 'boolean' ? result : await result) accepted += 1
      if (performance.now() - before > target.time) await checkTime(target, bytes)
    } catch (error) {
      if (kinds.has(kindOf(error))) continue
      kinds.add(kindOf(error))
      console.error(`FINDING  ${target.name}, seed ${number}: ${await traceOf(target, bytes, error)}`)
      console.error(`         kept as ${await keepFinding(target, folder, bytes)}`)
    }
    if (runs === WARM_RUNS) heapBefore = heapInUse()
  }
  const growth = heapInUse() - heapBefore
  if (growth > MOST_GROWTH) {
    kinds.add('heap')
    console.error(`FINDING  ${target.name}: the heap grew by ${growth.toFixed(1)} MiB, more than ${MOST_GROWTH}`)
  }
  return { runs, accepted, milliseconds: performance.now() - startedAt, growth, findings: kinds.size }
}

/** Errors are what half of all inputs come to, and noting where each was thrown takes longer than the rest: a finding is had again. */
async function traceOf(target: FuzzTarget, bytes: Uint8Array, found: unknown): Promise<string> {
  Error.stackTraceLimit = TRACE
  let again = found
  try {
    await target.check(bytes)
  } catch (error) {
    again = error
  } finally {
    Error.stackTraceLimit = 0
  }
  return again instanceof Error ? (again.stack ?? String(again)) : String(again)
}
