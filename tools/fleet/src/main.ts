import { barsOf } from './bars.js'
import { type Scenario, simulate } from './simulate.js'

const HOUR = 3_600
const watchers = Number(process.argv[2] ?? 10_000)
if (!Number.isInteger(watchers) || watchers < 1) {
  console.error(`how many watchers? A whole number from 1 is needed, and this is none: ${process.argv[2]}`)
  process.exit(2)
}

/** The server is gone for the second of six hours. */
const scenario: Scenario = {
  watchers,
  ttl: 300,
  outage: { from: HOUR, to: 2 * HOUR },
  end: 6 * HOUR,
  // A second for the whole fleet; longer for a smaller one, so that it is not chance alone that fills it.
  window: Math.ceil(10_000 / watchers),
  seed: 1,
}

const startedAt = performance.now()
const result = await simulate(scenario)
const bars = barsOf(result, scenario)
console.log(
  `${scenario.watchers} watchers of records with a TTL of ${scenario.ttl} s on one name server, for ${scenario.end / HOUR} ` +
    `hours of which the server is gone for one: ${result.questions} questions, ${result.mean.toFixed(1)} a second.\n`,
)
for (const { what, measured, bar, met } of bars) {
  console.log(`${met ? 'met   ' : 'MISSED'}  ${measured.padStart(8)}  ${bar.padEnd(7)}  ${what}`)
}
console.log(`\nsimulated in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
process.exitCode = bars.every(({ met }) => met) ? 0 : 1
