import type { FuzzRandom, FuzzTarget } from '@pstorage/fuzz'
import { CollectedNames } from '../../src/transfer/names/collected-names.js'
import { collidingLabels } from '../colliding-labels.js'

/** Labels in one input: few in most of them. */
const [FEW, MANY] = [50, 3_000]

const colliding = collidingLabels(MANY)

type Labels = (count: number, random: FuzzRandom) => readonly string[]

const kinds: readonly [Labels, ...Labels[]] = [
  // Labels of one polynomial hash under every key.
  (count) => colliding.slice(0, count),
  // Numbers that are the same in their lower bits.
  (count, random) => {
    const step = 2 ** random.below(20)
    return listOf(count, (index) => String(10_000_000 + index * step))
  },
  // Labels of one length that begin and end alike.
  (count) => listOf(count, (index) => `${'a'.repeat(30)}${String(index).padStart(4, '0')}${'b'.repeat(20)}`),
  // The same few again and again, in any case.
  (count, random) => listOf(count, (index) => inAnyCase(`cluster-${index % 7}`, random)),
  // Any octets.
  (count, random) => listOf(count, () => String.fromCharCode(...listOf(1 + random.below(63), () => random.below(256)))),
  // What is no cluster name.
  (count) => listOf(count, (index) => `-${index}`),
]

/**
 * Names as a transfer has them, chosen to collide and in any order: each is there once, however it is spelled, and takes no longer
 * for all the others. Each label has its length in front.
 */
export const target: FuzzTarget = {
  name: 'colliding-names',
  // 3,000 names that are all compared with one another take 90 on an idle machine, and others 6.
  time: 60,
  inputs: (random) => () => {
    const labels = [...random.pick(kinds)(random.oneIn(20) ? MANY : FEW, random)]
    if (!random.oneIn(3)) shuffle(labels, random)
    return Buffer.concat(labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')))
  },
  check(input) {
    const { names, taken } = collect(input)
    const found = [...names].flatMap((run) => run.names.map((name) => name.toLowerCase()))
    const expected = new Set(taken.map((label) => label.toLowerCase()))
    if (found.length !== expected.size || !found.every((name) => expected.has(name))) {
      throw new Error(`${expected.size} names have become ${found.length}`)
    }
    if (names.size !== found.length) throw new Error(`${found.length} names count as ${names.size}`)
    return found.length > 0
  },
  timed: (input) => [...collect(input).names],
}

function collect(input: Uint8Array): { readonly names: CollectedNames; readonly taken: readonly string[] } {
  const bytes = Buffer.from(input)
  const names = new CollectedNames()
  const taken: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const start = at + 1
    at = Math.min(bytes.length, start + Math.min(63, bytes.readUInt8(at)))
    if (at > start && names.take(bytes, start, at, 60)) taken.push(bytes.toString('latin1', start, at))
  }
  return { names, taken }
}

function listOf<T>(count: number, item: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => item(index))
}

function inAnyCase(text: string, random: FuzzRandom): string {
  return text.replace(/[a-z]/g, (letter) => (random.oneIn(2) ? letter.toUpperCase() : letter))
}

function shuffle<T>(items: T[], random: FuzzRandom): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const item = items[last] as T // in the list
    items[last] = items[other] as T // as above
    items[other] = item
  }
}
