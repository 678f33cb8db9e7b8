import type { FleetResult, Scenario } from './simulate.js'

/** One thing that a fleet has to keep to. */
export interface Bar {
  readonly what: string
  readonly measured: string
  readonly bar: string
  readonly met: boolean
}

/** The longest time between two questions of a watcher that hears nothing, in seconds: the default of `watch`. */
const RETRY_CEILING = 300

/** A requirement of a fleet, and its result. */
export function barsOf(result: FleetResult, { watchers }: Scenario): readonly Bar[] {
  const { peak, overTtl, recovered, recoveredAfter, sawEmpty, leftTimers } = result
  return [
    below('fullest window while the server is up, as a multiple of the mean', peak.up, 3),
    below('the same while it is down', peak.down, 3),
    below('questions beyond one for each TTL, in %', Math.abs(overTtl), 10),
    below('watchers that have not recovered', watchers - recovered, 0),
    below('seconds until the last one had', recoveredAfter, RETRY_CEILING),
    below('watchers that ever saw an empty set', sawEmpty, 0),
    below('timers that are left', leftTimers, 0),
  ]
}

function below(what: string, measured: number, bar: number): Bar {
  return { what, measured: measured.toFixed(2), bar: `<= ${bar}`, met: measured <= bar }
}
