import { type LocateMasterOptions, locateMaster, type MasterAdvice, simulatedClock } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MdsScript, nameOf, place, scriptedLocator } from './scripted-mds.js'

interface Row {
  readonly what: string
  readonly given: string
  readonly scripts: Readonly<Record<string, MdsScript>>
  /** Master or reason, all MDS, the MDS that were asked, hops. */
  readonly found: string
  readonly options?: LocateMasterOptions
}

const rows: readonly Row[] = [
  { what: 'the first is the master', given: 'AB', scripts: { A: { mds: 'ABC', master: 0 } }, found: 'A of ABC, A, 0' },
  {
    what: 'a slave names the master',
    given: 'BC',
    scripts: { B: { mds: 'ABC', master: 0 }, A: { mds: 'ABCD', master: 0 } },
    found: 'A of ABCD, BA, 1',
  },
  {
    what: 'only the master itself is believed',
    given: 'B',
    scripts: { B: { mds: 'AB', master: 0 }, A: { mds: 'AC', master: 1 }, C: { mds: 'AC', master: 1 } },
    found: 'C of AC, BAC, 2',
  },
  {
    what: 'one that does not answer is passed over',
    given: 'ABC',
    scripts: { B: 'refuses', C: { mds: 'C', master: 0 } },
    found: 'C of C, ABC, 0',
  },
  {
    what: 'a master that is gone: the next endpoint may know a newer one',
    given: 'AB',
    scripts: { A: { mds: 'ABX', master: 2 }, B: { mds: 'AB', master: 1 } },
    found: 'B of AB, AXB, 1',
  },
  {
    what: 'one without quorum is no master, whatever it says',
    given: 'A',
    scripts: { A: { mds: 'AB', master: 0, bootstrapOnly: true }, B: { mds: 'AB', master: 1 } },
    found: 'B of AB, AB, 1',
  },
  {
    what: 'one without quorum can name the master',
    given: 'A',
    scripts: { A: { mds: 'AB', master: 1, bootstrapOnly: true }, B: { mds: 'AB', master: 1 } },
    found: 'B of AB, AB, 1',
  },
  {
    what: 'one that knows of no master names others',
    given: 'A',
    scripts: { A: { mds: 'ABC', master: null }, B: { mds: 'ABC', master: 2 }, C: { mds: 'ABC', master: 2 } },
    found: 'C of ABC, ABC, 2',
  },
  {
    what: 'nobody knows of a master',
    given: 'AB',
    scripts: { A: { mds: 'ABC', master: null }, B: { mds: 'ABC', master: null }, C: { mds: 'ABC', master: null } },
    found: 'no-master of ABC, ABC, 1',
  },
  {
    what: 'two name each other',
    given: 'A',
    scripts: { A: { mds: 'AB', master: 1 }, B: { mds: 'AB', master: 0 } },
    found: 'loop of AB, AB, 1',
  },
  {
    what: 'three send in circles, and a fourth knows better',
    given: 'AD',
    scripts: {
      A: { mds: 'AB', master: 1 },
      B: { mds: 'BC', master: 1 },
      C: { mds: 'CA', master: 1 },
      D: { mds: 'DE', master: 1 },
      E: { mds: 'ABCDE', master: 4 },
    },
    found: 'E of ABCDE, ABCDE, 3',
  },
  {
    what: 'advice without end',
    given: 'A',
    scripts: Object.fromEntries(
      [...'ABCDEFGHIJKLMN'].map((name, index) => [name, { mds: 'ABCDEFGHIJKLMNO', master: index + 1 }]),
    ),
    found: 'hop-limit of ABCDEFGHIJKLMNO, ABCD, 3',
    options: { hopLimit: 3 },
  },
  {
    what: 'no advice is followed when told so, but all that are given are asked',
    given: 'AB',
    scripts: { A: { mds: 'ABC', master: 2 }, B: { mds: 'ABC', master: 1 } },
    found: 'B of ABC, AB, 0',
    options: { hopLimit: 0 },
  },
  { what: 'nobody answers', given: 'AB', scripts: { A: 'refuses', B: 'hangs' }, found: 'unreachable of , AB, 0' },
  {
    what: 'one that does not stop is left behind',
    given: 'AB',
    scripts: { A: 'deaf', B: { mds: 'B', master: 0 } },
    found: 'B of B, AB, 0',
  },
  {
    what: 'the time is up',
    given: 'ABC',
    scripts: { A: 'hangs', B: 'hangs', C: { mds: 'C', master: 0 } },
    found: 'timeout of , AB, 0',
    options: { timeout: 1_600 },
  },
  {
    what: 'an index that leads nowhere',
    given: 'AB',
    scripts: { A: { mds: 'AB', master: 2 }, B: { mds: 'AB', master: 1 } },
    found: 'B of AB, AB, 0',
  },
  {
    what: 'an endpoint that is given twice',
    given: 'AA',
    scripts: { A: { mds: 'A', master: null } },
    found: 'no-master of A, A, 0',
  },
  { what: 'nobody to ask', given: '', scripts: {}, found: 'unreachable of , , 0' },
]

describe('locateMaster', () => {
  for (const { what, given, scripts, found, options } of rows) {
    it(what, async () => {
      const clock = simulatedClock()
      const { locator } = scriptedLocator(clock, scripts)
      const locating = locateMaster(locator, [...given].map(place), { clock, ...options })
      await clock.advance(20_000)
      const { master, reason, mds, replies, hops } = await locating
      const who = master === null ? reason : nameOf(master)
      const order = replies.map(({ endpoint }) => nameOf(endpoint)).join('')
      expect(`${who} of ${mds.map(nameOf).join('')}, ${order}, ${hops}`).toBe(found)
      expect((master === null) === (reason !== null)).toBe(true)
      expect(clock.sleepers).toBe(0)
    })
  }

  it('says how each answered', async () => {
    const clock = simulatedClock()
    const { locator } = scriptedLocator(clock, { B: 'hangs', C: { mds: 'ABC', master: 2 } })
    const locating = locateMaster(locator, [...'ABC'].map(place), { clock })
    await clock.advance(5_000)
    const nothing = { master: null, bootstrapOnly: false, count: 0 }
    expect((await locating).replies).toEqual([
      { endpoint: place('A'), ...nothing, elapsedMs: 10, error: { code: 'ECONNREFUSED', message: 'refused' } },
      {
        endpoint: place('B'),
        ...nothing,
        elapsedMs: 1_500,
        error: { code: 'ETIMEDOUT', message: 'no answer in time' },
      },
      { endpoint: place('C'), master: place('C'), bootstrapOnly: false, count: 3, elapsedMs: 10, error: null },
    ])
  })

  it.each<readonly [what: string, advice: unknown]>([
    ['a host name', { mds: [{ address: 'mds1.example.org', port: 2510 }], master: 0, bootstrapOnly: false }],
    ['a port that is none', { mds: [{ address: '192.0.2.1', port: 0 }], master: 0, bootstrapOnly: false }],
    [
      'an address that is not canonical',
      { mds: [{ address: '2001:DB8::1', port: 1 }], master: 0, bootstrapOnly: false },
    ],
    ['half an index', { mds: [place('A')], master: 0.5, bootstrapOnly: false }],
    ['no list', { mds: null, master: 0, bootstrapOnly: false }],
    ['nothing', undefined],
    ['too many', { mds: Array.from({ length: 1_025 }, () => place('A')), master: 0, bootstrapOnly: false }],
  ])('believes no advice with %s', async (_, advice) => {
    const locator = { ask: async () => advice as MasterAdvice }
    const { master, reason, replies } = await locateMaster(locator, [place('A')])
    expect({ master, reason }).toEqual({ master: null, reason: 'unreachable' })
    expect(replies[0]?.error).not.toBeNull()
  })

  it('ST-8 ends with its signal, at once', async () => {
    const clock = simulatedClock()
    const { locator, state } = scriptedLocator(clock, { A: 'hangs' })
    const abort = new AbortController()
    const locating = locateMaster(locator, [place('A')], { clock, signal: abort.signal })
    const rejection = expect(locating).rejects.toBe('enough')
    await clock.advance(10)
    abort.abort('enough')
    await rejection
    expect(state.underWay).toBe(0)
    expect(clock.sleepers).toBe(0)
  })

  it('ends whatever is advised, asks nobody twice, and believes only a master itself', async () => {
    const names = [...'ABCDEF']
    const script = fc.record({
      mds: fc.shuffledSubarray(names, { minLength: 1 }).map((all) => all.join('')),
      master: fc.option(fc.nat(6)),
      bootstrapOnly: fc.boolean(),
    })
    const scripts = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(script, fc.constantFrom('refuses' as const, 'hangs' as const)),
    )
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), scripts, fc.nat(8), async (given, scripted, hopLimit) => {
        const clock = simulatedClock()
        const { locator } = scriptedLocator(clock, scripted)
        const locating = locateMaster(locator, given.map(place), { clock, hopLimit, timeout: 60_000 })
        await clock.advance(60_000)
        const { master, replies, hops } = await locating
        const order = replies.map(({ endpoint }) => nameOf(endpoint))
        expect(new Set(order).size).toBe(order.length)
        expect(hops).toBeLessThanOrEqual(hopLimit)
        if (master === null) for (const name of given) expect(order).toContain(name)
        else expect(replies.at(-1)).toMatchObject({ endpoint: master, master, bootstrapOnly: false })
      }),
      { numRuns: 200, seed: 31 },
    )
  })
})
