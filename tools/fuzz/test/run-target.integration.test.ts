import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FuzzTarget, findingsOf, mutateBytes } from '../src/index.js'
import { runTarget } from '../src/run/run-target.js'

const plan = { seed: 1, messages: [], runs: 5_000, time: Number.POSITIVE_INFINITY, begins: () => {} }

/** A reader of a length and as many octets, with what it does about the octet 0xC0. */
function reader(fault: (bytes: Uint8Array) => void): FuzzTarget {
  return {
    name: 'planted',
    time: 1_000,
    inputs: (random) => () => mutateBytes(Buffer.from('\u0005hello', 'latin1'), random, 100),
    check(bytes) {
      if (bytes.includes(0xc0)) fault(bytes)
      return bytes[0] === bytes.length - 1
    },
  }
}

describe('runTarget', () => {
  let folder: string
  let said: ReturnType<typeof vi.spyOn>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fuzz-'))
    said = vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(async () => {
    said.mockRestore()
    await rm(folder, { recursive: true })
  })

  it('finds nothing where nothing is wrong', async () => {
    const { runs, accepted, findings } = await runTarget({ target: reader(() => {}), folder }, plan)
    expect({ runs, findings }).toEqual({ runs: 5_000, findings: 0 })
    expect(accepted).toBeGreaterThan(500)
    expect(await readdir(folder)).toEqual([])
  })

  it('finds a planted fault, tells its seed, and keeps the smallest input that shows it', async () => {
    const target = reader((bytes) => {
      throw new TypeError(`octet ${bytes.indexOf(0xc0)}`)
    })
    const { findings } = await runTarget({ target, folder }, plan)
    expect(findings).toBe(1)
    const text = said.mock.calls.flat().join('\n')
    expect(text).toMatch(/FINDING {2}planted, seed \d+: TypeError: octet/)
    const [kept] = findingsOf(target, folder)
    expect(kept?.input).toEqual(Buffer.of(0xc0))
    const [file = ''] = await readdir(join(folder, 'findings/planted'))
    expect(await readFile(join(folder, 'findings/planted', file))).toEqual(Buffer.of(0xc0))
    const seed = Number(/seed (\d+)/.exec(text)?.[1])
    expect(await runTarget({ target, folder }, { ...plan, seed, runs: 1 })).toMatchObject({ runs: 1, findings: 1 })
  })

  it('finds what takes too long', async () => {
    const target = reader(() => {
      const before = process.cpuUsage()
      while (process.cpuUsage(before).user < 10_000);
    })
    const { findings } = await runTarget({ target: { ...target, time: 5 }, folder }, { ...plan, runs: 30 })
    expect(findings).toBe(1)
    expect(said.mock.calls.flat().join('\n')).toMatch(/took [\d.]+ ms of a processor, more than 5/)
  })

  it('finds what is never let go of', async () => {
    const held: Uint8Array[] = []
    const target = reader(() => void held.push(new Uint8Array(2 ** 20)))
    const { findings } = await runTarget({ target, folder }, plan)
    expect(findings).toBe(1)
    expect(said.mock.calls.flat().join('\n')).toMatch(/the heap grew by \d+/)
  })
})
