import {
  type DiscoverReport,
  discoverFold,
  type ReportFold,
  type ResolveEvent,
  type ResolveReport,
  type Resolver,
  resolveFold,
  type Source,
} from '@pstorage/discovery-core'
import type { Inquiry } from './inquiry.js'
import { warnOfTooFew } from './too-few-endpoints.js'

/** All that one round of asking brought. */
export interface Round {
  readonly report: DiscoverReport | ResolveReport
  /** Who says that the cluster exists that was asked for. */
  readonly witnesses: readonly Source[]
}

export interface AskRoundOptions {
  readonly resolver: Resolver
  readonly signal: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeout: number
  /** Gets each event as it comes. */
  readonly hear: (event: ResolveEvent) => Promise<void> | undefined
}

/** Asks once. Rejects with the reason of the signal when that comes. */
export async function askRound(inquiry: Inquiry, options: AskRoundOptions): Promise<Round> {
  const { fold, events } = ask(inquiry, options)
  const witnesses: Source[] = []
  for await (const event of events) {
    fold.add(event)
    if (event.type === 'cluster' && inquiry.command === 'resolve') witnesses.push(event.source)
    // A promise for each of a million names would take longer than to get them.
    const told = options.hear(event)
    if (told !== undefined) await told
  }
  options.signal?.throwIfAborted()
  return { report: fold.report(), witnesses }
}

interface Asked {
  readonly events: AsyncIterable<ResolveEvent>
  readonly fold: ReportFold<ResolveEvent, DiscoverReport | ResolveReport>
}

function ask(inquiry: Inquiry, { resolver, signal, timeout }: AskRoundOptions): Asked {
  const query = { signal, timeout }
  if (inquiry.command === 'discover') return { events: resolver.discover(query), fold: discoverFold() }
  const events = resolver.resolve(inquiry.cluster, query)
  return { events: warnOfTooFew(events, inquiry.minEndpoints), fold: resolveFold(inquiry.cluster) }
}
