import assert from 'node:assert/strict'
import { type ClusterName, parseClusterName } from '../model/cluster-name.js'
import type { ResolveEvent } from '../model/events.js'
import type { Outcome } from '../model/outcome.js'
import type { QueryOptions, Resolver } from '../query/resolver.js'
import type { DiscoverReport, ResolveReport } from '../report/report.js'
import { discoverReportBuilder, resolveReportBuilder } from '../report/report-builder.js'

/** Time, in milliseconds, after which a law calls an operation hung. */
const PATIENCE = 15_000

/** Awaits with a deadline, so that a hung resolver fails its law and nothing else. */
export async function inTime<T>(promise: Promise<T>, what: string, ms: number = PATIENCE): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} did not end in ${ms} ms` })), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Reads a stream to its end; `hear` gets each event as it comes. */
export async function allEvents<Event extends ResolveEvent>(
  stream: AsyncIterable<Event>,
  onEvent: (event: Event) => void = () => {},
): Promise<Event[]> {
  const read = async (): Promise<Event[]> => {
    const events: Event[] = []
    for await (const event of stream) {
      events.push(event)
      onEvent(event)
    }
    return events
  }
  return inTime(read(), 'the stream')
}

/** Returns what a promise rejects with; fails when it does not reject. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const settled = await inTime(
    promise.then(
      () => undefined,
      (reason: unknown) => ({ reason }),
    ),
    'the rejection',
  )
  assert.ok(settled !== undefined, 'expected a rejection')
  return settled.reason
}

/** The `code` of an error, or undefined. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** Asserts, `ms` milliseconds after `body` at the latest, that no socket, file or timer is left that it has opened. */
export async function leavesNothingBehind(ms: number, body: () => Promise<void>): Promise<void> {
  const before = openResources()
  await body()
  const deadline = performance.now() + ms
  for (;;) {
    const left = excess(openResources(), before)
    if (left.length === 0) return
    if (performance.now() > deadline) assert.fail(`left behind: ${left.join(', ')}`)
    // Handles close in the event loop's own time: look again each turn of it.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function openResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo()) {
    if (type !== 'Immediate') counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return counts
}

function excess(now: Map<string, number>, before: Map<string, number>): string[] {
  return [...now].filter(([type, count]) => count > (before.get(type) ?? 0)).map(([type]) => type)
}

/**
 * Returns what a `discover` of the resolver itself reports. `discoverClusters` would see to it that a resolver which breaks the
 * rules does no harm; here that has to show.
 */
export async function discovered(resolver: Resolver, options: QueryOptions = {}): Promise<DiscoverReport> {
  const fold = discoverReportBuilder()
  const outcome = saidOutcome(await allEvents(resolver.discover(options), fold.add))
  return { ...fold.report(), outcome }
}

/** The same for `resolve`. */
export async function resolved(
  resolver: Resolver,
  cluster: ClusterName | string,
  options: QueryOptions = {},
): Promise<ResolveReport> {
  const name = parseClusterName(cluster)
  const fold = resolveReportBuilder(name)
  const outcome = saidOutcome(await allEvents(resolver.resolve(name, options), fold.add))
  return { ...fold.report(), outcome }
}

function saidOutcome(events: readonly ResolveEvent[]): Outcome {
  for (const event of events) if (event.type === 'end') return event.outcome
  return 'undetermined'
}
