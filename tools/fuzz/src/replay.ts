import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FuzzRandom } from './fuzz-random.js'
import type { FuzzTarget } from './fuzz-target.js'

/** An input that was a finding once, and must never be one again. */
export interface KeptFinding {
  readonly file: string
  readonly input: Uint8Array
}

/** The findings of a target that are kept beside it, in `findings/<target>` of the given folder. */
export function findingsOf({ name }: FuzzTarget, folder: string): readonly KeptFinding[] {
  const place = join(folder, 'findings', name)
  if (!existsSync(place)) return []
  return readdirSync(place).map((file) => ({ file, input: readFileSync(join(place, file)) }))
}

/**
 * Checks the inputs of some run numbers, from 1, without messages from elsewhere. Rejects with the first finding.
 *
 * @returns how many were accepted
 */
export async function checkSeeds(target: FuzzTarget, runs: number): Promise<number> {
  const random = new FuzzRandom()
  const input = target.inputs(random, [])
  let accepted = 0
  for (let run = 1; run <= runs; run += 1) {
    random.restart(run)
    if (await target.check(input())) accepted += 1
  }
  return accepted
}

/** Checks an input once more, and that it takes no longer than it may. */
export async function replay(target: FuzzTarget, input: Uint8Array): Promise<void> {
  await target.check(input)
  await checkTime(target, input)
}

/** The quickest of a few has to be in time, which is processor time, because what else the machine does is not the target's. */
export async function checkTime(target: FuzzTarget, input: Uint8Array): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  for (let left = 5; left > 0; left -= 1) {
    const before = process.cpuUsage()
    await (target.timed === undefined ? target.check(input) : target.timed(input))
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
  }
  if (least > target.time) throw new Error(`took ${least.toFixed(1)} ms of a processor, more than ${target.time}`)
}
