import { parseArgs } from 'node:util'

/** Options of the command. */
export interface FuzzOptions {
  /** The targets by name; none: all. */
  readonly targets: readonly string[]
  /** The number of the first run, which is the seed of its input. */
  readonly seed: number
  /** Runs of each target, or minutes that all targets share. */
  readonly effort: { readonly runs: number } | { readonly minutes: number }
  /** Captures to take messages from. */
  readonly captures: readonly string[]
}

export const usage = `pnpm fuzz [TARGET]... [--runs N | --minutes N] [--seed S] [--pcap FILE]...

  --runs N      runs of each target (default 20000)
  --minutes N   instead: minutes for all targets together
  --seed S      number of the first run (default: drawn); run S makes the same input each time
  --pcap FILE   start from the UDP messages of a capture too`

/** @throws Error with a sentence for the user who typed the words */
export function parseFuzzOptions(words: readonly string[], targets: readonly string[]): FuzzOptions {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      pcap: { type: 'string', multiple: true },
    },
  })
  const unknown = positionals.find((name) => !targets.includes(name))
  if (unknown !== undefined) throw new Error(`there is no target ${unknown}; there are ${targets.join(', ')}`)
  const { runs, minutes, seed, pcap: captures = [] } = values
  if (runs !== undefined && minutes !== undefined) throw new Error('--runs and --minutes exclude each other')
  return {
    targets: positionals.length === 0 ? targets : positionals,
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 40) : whole('--seed', seed, 0),
    effort:
      minutes === undefined
        ? { runs: runs === undefined ? 20_000 : whole('--runs', runs, 1) }
        : { minutes: positive('--minutes', minutes) },
    captures,
  }
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < least) throw new Error(`${option} takes a whole number from ${least}`)
  return number
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!(number > 0 && number < 100_000)) throw new Error(`${option} takes a number of minutes`)
  return number
}
