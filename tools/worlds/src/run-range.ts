import { setTimeout as sleep } from 'node:timers/promises'
import type { Violation } from './check-world.js'
import type { Product } from './product.js'
import { enterWorld, runWorld } from './run-world.js'
import { SimulatedHost } from './simulated-host.js'
import { worldsWithoutDns } from './world.js'
import type { CheckedSet } from './world-sets.js'

/** Results of some worlds of a set. */
export interface RangeResult {
  readonly worlds: number
  readonly milliseconds: number
  readonly findings: readonly Finding[]
}

/** Violations of one kind. */
export interface Finding {
  readonly rule: Violation['rule']
  readonly kind: string
  readonly count: number
  /** Of the first world where it was seen. */
  readonly world: number
  readonly detail: string
}

/** Checks every world of some numbers, one after the other. */
export async function runRange(product: Product, set: CheckedSet, numbers: Iterable<number>): Promise<RangeResult> {
  const host = new SimulatedHost()
  const { stackTraceLimit } = Error
  const findings = new Map<string, Finding>()
  let worlds = 0
  host.install()
  try {
    await loadAll(product, host)
    // Errors are what most worlds are made of, and their stacks are not read.
    Error.stackTraceLimit = 0
    const startedAt = performance.now()
    for (const world of numbers) {
      worlds += 1
      for (const violation of await set.check(product, host, world)) addTo(findings, violation, world)
    }
    return { worlds, milliseconds: performance.now() - startedAt, findings: [...findings.values()] }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    host.uninstall()
  }
}

/** Unites what came of parts of a set. */
export function uniteResults(results: readonly RangeResult[]): RangeResult {
  const findings = new Map<string, Finding>()
  for (const finding of results.flatMap((result) => result.findings))
    addTo(findings, finding, finding.world, finding.count)
  return {
    worlds: results.reduce((sum, { worlds }) => sum + worlds, 0),
    milliseconds: Math.max(...results.map(({ milliseconds }) => milliseconds)),
    findings: [...findings.values()].sort((one, other) => other.count - one.count),
  }
}

function addTo(findings: Map<string, Finding>, { rule, kind, detail }: Violation, world: number, count = 1): void {
  const key = `${rule}: ${kind}`
  const known = findings.get(key)
  if (known === undefined) findings.set(key, { rule, kind, detail, world, count })
  else
    findings.set(key, { ...(known.world <= world ? known : { ...known, world, detail }), count: known.count + count })
}

/** Ten seconds, in a process that is not busy. */
const MOST_TRIES = 1_000

/** Loads what the first question needs: that takes real time, which is none of the world's. */
async function loadAll(product: Product, host: SimulatedHost): Promise<void> {
  const heard = Array.from({ length: worldsWithoutDns.count }, (_, index) => worldsWithoutDns.at(index)).find(
    ({ policy, multicast, bootstrap }) => policy === 'merge' && multicast === 'has it' && bootstrap === 'has it',
  )
  if (heard === undefined) throw new Error('there is no world in which everything is found')
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { report, network } = await runWorld(product, host, heard)
    if (report.endpoints.length === 2) return
    enterWorld(host, network, heard)
    await sleep(10)
  }
  throw new Error('what the resolvers load does not come')
}
