import { type ClusterName, type Random, seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { CollectedNames } from '../src/transfer/names/collected-names.js'
import { NameList } from '../src/transfer/names/name-list.js'
import { type NameRun, NameTable } from '../src/transfer/names/name-table.js'

interface Collection extends Iterable<NameRun> {
  readonly size: number
  take(bytes: Buffer, start: number, end: number, ttl: number): unknown
}

function take(names: Collection, name: string, ttl: number): unknown {
  const bytes = Buffer.from(`<${name}>`)
  return names.take(bytes, 1, bytes.length - 1, ttl)
}

/** A list as something that names are put into. */
function orderedNames(): Collection {
  const list = new NameList()
  return {
    get size() {
      return list.size
    },
    take: (bytes, start, end, ttl) => list.take(bytes, start, end, list.sharedWithLast(bytes, start, end), ttl),
    [Symbol.iterator]: () => list[Symbol.iterator](),
  }
}

/** A table as something that names are put into. */
function tabledNames(): Collection {
  const table = new NameTable()
  return {
    get size() {
      return table.size
    },
    take: (bytes, start, end, ttl) => table.add(bytes.toString('latin1', start, end) as ClusterName, ttl),
    [Symbol.iterator]: () => table[Symbol.iterator](),
  }
}

function namesOf(names: Collection) {
  return [...names].flatMap((run) => run.names.map((name) => ({ name, ttl: run.ttl })))
}

/** The names as a `Map` collects them: each once, with its first spelling and the least TTL. */
class PlainNames {
  readonly #map = new Map<string, { readonly name: string; readonly ttl: number }>()

  take(name: string, ttl: number): void {
    const known = this.#map.get(name.toLowerCase())
    this.#map.set(name.toLowerCase(), { name: known?.name ?? name, ttl: Math.min(known?.ttl ?? ttl, ttl) })
  }

  get all() {
    return [...this.#map.values()]
  }
}

const letters = 'aAbB1_-'

/** It does not begin with the last of the letters. */
function randomName(random: Random, longest: number): string {
  const below = (index: number): number => random.below(index === 0 ? letters.length - 1 : letters.length)
  return Array.from({ length: 1 + random.below(longest) }, (_, index) => letters[below(index)]).join('')
}

/** In the order of octets, the letters A to Z as a to z. */
function inOrder(names: readonly string[]): readonly string[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a.toLowerCase()), Buffer.from(b.toLowerCase())))
}

const alike = ['0', '_', 'a', 'a-', 'a0', 'a_', 'aa', 'ab', 'B', 'ba', 'c'.repeat(62), 'c'.repeat(63), 'd']

describe.each([
  ['CollectedNames', () => new CollectedNames()],
  ['NameList', orderedNames],
  ['NameTable', tabledNames],
])('%s', (_, made) => {
  it('is empty at first', () => {
    const names = made()
    expect(namesOf(names)).toEqual([])
    expect(names.size).toBe(0)
  })

  it('keeps names apart that begin or end alike', () => {
    const names = made()
    for (const name of alike) take(names, name, 1)
    expect(namesOf(names).map(({ name }) => name)).toEqual(alike)
  })

  it('has names in order once, with their first spelling and the least TTL, however often each comes', () => {
    const names = made()
    const expected = Array.from({ length: 20_000 }, (_, index) => `C-${String(index).padStart(5, '0')}`)
    for (const name of expected) {
      for (const [spelling, ttl] of [
        [name, 300],
        [name.toLowerCase(), 60],
        [name, 90],
      ] as const) {
        take(names, spelling, ttl)
      }
    }
    expect(namesOf(names)).toEqual(expected.map((name) => ({ name, ttl: 60 })))
    expect(names.size).toBe(20_000)
  })

  it.each([1, 2, 6, 63])('holds what a Map holds of names in order with up to %i letters', (longest) => {
    const random = seededRandom(longest)
    const names = made()
    const plain = new PlainNames()
    for (const name of inOrder(Array.from({ length: 5_000 }, () => randomName(random, longest)))) {
      const ttl = random.below(3) === 0 ? random.below(2 ** 31) : 300
      take(names, name, ttl)
      plain.take(name, ttl)
      if (random.below(500) === 0) expect(namesOf(names)).toEqual(plain.all)
    }
    expect(namesOf(names)).toEqual(plain.all)
    expect(names.size).toBe(plain.all.length)
  })
})

describe('CollectedNames', () => {
  it('has names in the order in which they came', () => {
    const names = new CollectedNames()
    take(names, 'Alpha', 300)
    take(names, 'gamma', 60)
    take(names, 'beta', 60)
    take(names, 'ALPHA', 100)
    take(names, 'alpha', 200)
    take(names, 'delta', 5)
    expect(namesOf(names)).toEqual([
      { name: 'Alpha', ttl: 100 },
      { name: 'gamma', ttl: 60 },
      { name: 'beta', ttl: 60 },
      { name: 'delta', ttl: 5 },
    ])
    expect(names.size).toBe(4)
  })

  it('holds what a Map holds, whatever is taken', () => {
    const random = seededRandom(7)
    const names = new CollectedNames()
    const plain = new PlainNames()
    for (let taken = 0; taken < 50_000; taken += 1) {
      const [name, ttl] = [randomName(random, 6), random.below(2 ** 31)]
      take(names, name, ttl)
      plain.take(name, ttl)
    }
    expect(namesOf(names)).toEqual(plain.all)
  })

  it('finds names that came in order once one does not', () => {
    const names = new CollectedNames()
    const expected = Array.from({ length: 20_000 }, (_, index) => `c-${String(index).padStart(5, '0')}`)
    for (const name of expected) take(names, name.toUpperCase(), 60)
    for (const name of expected.toReversed()) take(names, name, 30)
    expect(namesOf(names)).toEqual(expected.map((name) => ({ name: name.toUpperCase(), ttl: 30 })))
    expect(names.size).toBe(20_000)
  })
})

describe('CollectedNames with a name below those before it', () => {
  const inOrderNames = Array.from({ length: 20_000 }, (_, index) => `c-${String(index).padStart(5, '0')}`)

  it('SEC-1: moves the names before it bit by bit', () => {
    const names = new CollectedNames()
    for (const name of inOrderNames) take(names, name, 60)
    expect(names.moveSome()).toBe(false)
    expect([names.size, names.octets]).toEqual([20_000, 140_000])
    take(names, 'C-00007', 30)
    take(names, 'b', 30)
    // As long as they are not all moved, one that came before and after counts twice.
    expect([names.size, names.octets]).toEqual([20_002, 140_008])
    let parts = 1
    while (names.moveSome()) parts += 1
    expect(parts).toBe(4)
    expect([names.size, names.octets]).toEqual([20_001, 140_001])
    take(names, 'a', 30)
    const expected = inOrderNames.map((name) => ({ name, ttl: name === 'c-00007' ? 30 : 60 }))
    expect(namesOf(names)).toEqual([...expected, { name: 'b', ttl: 30 }, { name: 'a', ttl: 30 }])
  })

  it('has few names before it in the table at once', () => {
    const names = new CollectedNames()
    for (const name of ['b', 'a', 'B', 'b']) take(names, name, 60)
    expect([names.size, names.octets, names.moveSome()]).toEqual([2, 2, false])
  })
})

describe.each([
  ['in order', []],
  ['in any order', ['c', 'b']],
] as const)('CollectedNames %s', (_, before) => {
  it('takes no label that is no cluster name, whatever it shares with the last one', () => {
    const names = new CollectedNames()
    for (const name of before) take(names, name, 1)
    const taken = ['d', 'd\x00', 'd.', 'de', '.', 'd/', '*', 'd e', 'f', '{'].filter((name) => take(names, name, 1))
    expect(taken).toEqual(['d', 'de', 'f'])
    expect(namesOf(names).map(({ name }) => name)).toEqual([...before, ...taken])
  })

  it('takes no name that begins with "-", as options do', () => {
    const names = new CollectedNames()
    for (const name of before) take(names, name, 1)
    const taken = ['-', '-h', '--version', '-cprod', 'd-', 'd--', '-d', 'e'].filter((name) => take(names, name, 1))
    expect(taken).toEqual(['d-', 'd--', 'e'])
    expect(namesOf(names).map(({ name }) => name)).toEqual([...before, ...taken])
  })
})

describe('names in order', () => {
  it('take 6 octets each at the most, where one is the next number after the other', () => {
    const bytes = Buffer.alloc(64)
    const before = process.memoryUsage().arrayBuffers
    const names = new CollectedNames()
    for (let index = 0; index < 50_000; index += 1) {
      names.take(bytes, 0, bytes.write(`cluster-${String(index).padStart(7, '0')}`), 300)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(6 * 50_000)
    expect(names.size).toBe(50_000)
  })

  it('have the TTL of the first, whatever it is', () => {
    for (const ttl of [0, 1, 2 ** 31 - 1]) {
      const names = new CollectedNames()
      for (const name of ['a', 'b', 'c']) take(names, name, ttl)
      expect(namesOf(names)).toEqual(['a', 'b', 'c'].map((name) => ({ name, ttl })))
    }
  })

  it('can all be as long as a label', () => {
    const names = new CollectedNames()
    const expected = Array.from({ length: 200 }, (_, index) => 'x'.repeat(60) + String(index).padStart(3, '0'))
    for (const name of expected) take(names, name, 60)
    expect(namesOf(names).map(({ name }) => name)).toEqual(expected)
  })

  it.each([4_020, 4_026, 4_027, 4_028, 4_031, 4_035, 4_036])(
    'are whole when %i octets of a block are taken',
    (taken) => {
      const names = new CollectedNames()
      const expected: string[] = []
      let octets = 4
      const add = (name: string, ttl: number): void => {
        const last = expected.at(-1) ?? ''
        let shared = 0
        while (shared < last.length && last[shared] === name[shared]) shared += 1
        octets += 2 + name.length - shared
        expected.push(name)
        take(names, name, ttl)
      }
      for (let index = 0; octets < taken - 30; index += 1) add(`a${String(index).padStart(4, '0')}`, 60)
      add('b'.repeat(taken - octets - 2), 60)
      expect(octets).toBe(taken)
      add('y'.repeat(63), 90)
      add('z', 60)
      add('z1', 60)
      expect(namesOf(names).map(({ name }) => name)).toEqual(expected)
    },
  )
})

describe('NameList', () => {
  it('does not take a name below the last one', () => {
    const names = orderedNames()
    expect(['b', 'B', 'a', 'ab', 'bb', 'ba', 'BB'].map((name) => take(names, name, 1))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ])
    expect(namesOf(names).map(({ name }) => name)).toEqual(['b', 'bb'])
  })
})
