import { parseBootstrapList } from '@pstorage/discovery-bootstrap'
import { inTurns, lineOf, lineOfBound } from '../compare.js'
import type { Row } from '../row.js'

const MILLISECOND = 1e6

function listOf(entries: number): string {
  const lines = Array.from({ length: entries }, (_, index) => {
    return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:2510`
  })
  return `${lines.join('\n')}\n`
}

function read(text: string, entries: number): void {
  const { length } = parseBootstrapList(text, { maxEntries: Number.POSITIVE_INFINITY }).entries
  if (length !== entries) throw new Error(`${length} of ${entries} entries were read`)
}

/** Within the limit. */
export const listOfThousands: Row = {
  name: 'bs-list-10000',
  description: 'Read a bs.list of 10,000 entries',
  async measure() {
    const text = listOf(10_000)
    const { ours } = await inTurns({ ours: () => read(text, 10_000) }, { rounds: 41 })
    return [lineOfBound({ against: '20 ms', ours, bound: 20 * MILLISECOND })]
  },
}

/** With the limit lifted; and beside a tenth of it, whether the time is linear. */
export const listOfMillion: Row = {
  name: 'bs-list-1000000',
  description: 'Read a bs.list of 1,000,000 entries, the limit lifted',
  async measure() {
    const [text, tenth] = [listOf(1_000_000), listOf(100_000)]
    const { ours, split, small } = await inTurns(
      {
        ours: () => read(text, 1_000_000),
        split: () => text.split(/[\s,;]+/),
        small: () => read(tenth, 100_000),
      },
      { rounds: 7 },
    )
    return [
      lineOf({ against: 'text.split(/[\\s,;]+/)', ours, other: split, atMost: 10 }),
      // A time that grows with the square would be ten times this.
      lineOf({ against: 'ten times 100,000 entries', ours, other: small.map((time) => 10 * time), atMost: 2 }),
    ]
  },
}
