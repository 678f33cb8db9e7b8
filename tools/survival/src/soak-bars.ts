import type { SoakPlan, SoakResult } from './soak.js'

/** One thing that a soak has to keep to. */
export interface Bar {
  readonly what: string
  readonly measured: number
  readonly bar: number
  readonly met: boolean
}

const MIB = 2 ** 20

/** A requirement of a soak, and its result. */
export function soakBars(result: SoakResult, { clusters, duration }: SoakPlan): readonly Bar[] {
  const { before, after, closed, lagP99, events, lost } = result
  const changes = (events.added ?? 0) + (events.updated ?? 0) + (events.removed ?? 0)
  // Sockets of questions that are under way come and go; those that pile up are far more.
  const underWay = Math.ceil(clusters / 5)
  return [
    atMost('growth of resident memory, MiB', (after.rss - before.rss) / MIB, 10),
    atMost('growth of descriptors', after.descriptors - before.descriptors, underWay),
    atMost('growth of listeners of the process', after.listeners - before.listeners, 0),
    atMost('growth of what the event loop holds, while watching', after.resources - before.resources, underWay),
    atMost('sockets and timers that are left when all is closed', closed.resources - before.resources, 0),
    atMost('99 of 100 turns of the event loop late by, ms', lagP99, 50),
    atMost('watches that ended or saw nothing', lost, 0),
    // The other way round: without changes nothing was put to the test.
    atMost('seconds for one change that was seen', duration / 1_000 / Math.max(changes, 1e-9), 1),
  ]
}

function atMost(what: string, measured: number, bar: number): Bar {
  return { what, measured, bar, met: measured <= bar }
}
