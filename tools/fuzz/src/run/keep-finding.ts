import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FuzzTarget } from '../fuzz-target.js'

/** Trials that making a finding smaller may take. */
const TRIALS = 2_000

/** Keeps a finding as a file that the tests of the package replay, made as small as it comes. Gives the path. */
export async function keepFinding(target: FuzzTarget, folder: string, input: Uint8Array): Promise<string> {
  const smallest = await minimized(target, input)
  const place = join(folder, 'findings', target.name)
  await mkdir(place, { recursive: true })
  const path = join(place, createHash('sha256').update(smallest).digest('hex').slice(0, 12))
  await writeFile(path, smallest)
  return path
}

/** Takes out pieces, from halves to single octets, for as long as the same thing is found. */
async function minimized(target: FuzzTarget, input: Uint8Array): Promise<Uint8Array> {
  const wanted = await faultOf(target, input)
  // What is only slow has no fault to look for.
  if (wanted === undefined) return input
  let smallest = Buffer.from(input)
  let trials = 0
  for (let size = input.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < smallest.length && trials < TRIALS; trials += 1) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)])
      if ((await faultOf(target, shorter)) === wanted) smallest = shorter
      else at += size
    }
  }
  return smallest
}

/** The key of a finding: its message without numbers. */
export function kindOf(error: unknown): string {
  return String(error).replaceAll(/\d+/g, 'N').slice(0, 80)
}

async function faultOf(target: FuzzTarget, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.check(input)
    return undefined
  } catch (error) {
    return kindOf(error)
  }
}
