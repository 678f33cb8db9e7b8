import { appendFile, rename, utimes, writeFile } from 'node:fs/promises'
import { type Clock, formatEndpoint, parseClusterName, resolveCluster, systemClock } from '@pstorage/discovery-core'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it, vi } from 'vitest'
import { bootstrapResolver } from '../src/index.js'
import { readListFile } from '../src/list/read-list-file.js'

const signal = new AbortController().signal

/** A clock on which time passes only by sleeping, and on which something happens meanwhile. */
function clockWith(event: (sleeps: number) => Promise<void>): Clock & { readonly slept: number } {
  let slept = 0
  let sleeps = 0
  return {
    now: () => slept,
    get slept() {
      return slept
    },
    async sleep(ms) {
      slept += ms
      await event(sleeps++)
    },
  }
}

async function read(path: string, clock: Clock): Promise<string> {
  const { bytes } = await readListFile(path, { maxBytes: 1000, clock, signal })
  return Buffer.from(bytes).toString()
}

async function readAny(path: string, clock: Clock): Promise<string> {
  const { bytes } = await readListFile(path, { maxBytes: 1_000_000, clock, signal })
  return Buffer.from(bytes).toString()
}

describe('readListFile', () => {
  it('BS-19: does not wait for a file that has not been written lately', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1:2510' })
    const path = base.listPath('c1')
    await utimes(path, 0, 0)
    const clock = clockWith(async () => undefined)
    expect(await read(path, clock)).toBe('10.0.0.1:2510')
    expect(clock.slept).toBe(0)
  })

  it('BS-19: sees a file that is written while it is read, and reads it again', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1:25' })
    const path = base.listPath('c1')
    const clock = clockWith(async (sleeps) => {
      if (sleeps === 0) await writeFile(path, '10.0.0.1:2510\n10.0.0.2:2510')
    })
    expect(await read(path, clock)).toBe('10.0.0.1:2510\n10.0.0.2:2510')
  })

  it('BS-19: sees a change that keeps the size', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1:2510' })
    const path = base.listPath('c1')
    const clock = clockWith(async (sleeps) => {
      if (sleeps > 0) return
      await writeFile(path, '10.0.0.2:2510')
      await utimes(path, 1, 1)
    })
    expect(await read(path, clock)).toBe('10.0.0.2:2510')
  })

  it('BS-19: gives up on a file that never rests, within 100 ms', async () => {
    await using base = await clustersDirectory({ c1: '' })
    const path = base.listPath('c1')
    const clock = clockWith((sleeps) => writeFile(path, 'x'.repeat(sleeps + 1)))
    await expect(read(path, clock)).rejects.toMatchObject({ status: 'failed', code: 'ERR_LIST_CHANGING' })
    expect(clock.slept).toBeLessThanOrEqual(100)
  })

  it.each<[what: string, text: string, slept: number]>([
    ['a whole list', '10.0.0.1:2510\n', 10],
    ['a list without a final line end', '10.0.0.1:25', 100],
    ['an empty list', '', 500],
    ['a list that ends with a block', `${'#'.repeat(4095)}\n`, 100],
    ['a list with a final CR', '10.0.0.1:2510\r', 10],
  ])('BS-19: gives the writer of %s time to go on', async (_, text, slept) => {
    await using base = await clustersDirectory({ c1: text })
    const path = base.listPath('c1')
    // Written this very moment, however long this machine takes to read it.
    await utimes(path, 1_000_000_000, 1_000_000_000)
    const wallClock = vi.spyOn(Date, 'now').mockReturnValue(1_000_000_000_000)
    const clock = clockWith(async () => undefined)
    try {
      expect(await readAny(path, clock)).toBe(text)
    } finally {
      wallClock.mockRestore()
    }
    expect(clock.slept).toBe(slept)
  })

  it('BS-19: waits for a writer who is held up in the middle of a line', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1:25' })
    const path = base.listPath('c1')
    const clock = clockWith(async (sleeps) => {
      if (sleeps === 5) await appendFile(path, '10\n')
    })
    expect(await read(path, clock)).toBe('10.0.0.1:2510\n')
  })

  it('BS-20: reads the old file whole when another replaces it meanwhile', async () => {
    await using base = await clustersDirectory({ c1: '10.0.0.1:2510' })
    const path = base.listPath('c1')
    const clock = clockWith(async () => {
      await writeFile(`${path}.new`, '10.0.0.2:2510')
      await rename(`${path}.new`, path)
    })
    expect(await read(path, clock)).toBe('10.0.0.1:2510')
  })

  it('reads a file that reports no size', async () => {
    expect(await read('/proc/self/status', systemClock).catch((error) => error.code)).toBe('ERR_LIST_TOO_LARGE')
    expect(await read('/proc/self/comm', systemClock)).toMatch(/\n$/)
  })

  it('BS-13: does not read a device', async () => {
    await expect(read('/dev/zero', systemClock)).rejects.toMatchObject({ code: 'ERR_LIST_NOT_A_FILE' })
  })

  it('BS-19: never gives an address that was in no version, while the list is rewritten', async () => {
    const versions = [1, 2].map((version) =>
      Array.from({ length: 500 }, (_, n) => `10.${version}.${n % 250}.${version}:2510`).join('\n'),
    )
    await using base = await clustersDirectory({ c1: versions[0] ?? '' })
    await using resolver = bootstrapResolver({ directories: [base.path] })
    const valid = new Set(versions.join('\n').split('\n'))
    let writing = true
    const write = async (): Promise<void> => {
      for (let round = 0; round < 400; round += 1) {
        const text = versions[round % 2] ?? ''
        const path = base.listPath('c1')
        if (round % 4 < 2) await writeFile(path, text)
        else {
          await writeFile(`${path}.new`, text)
          await rename(`${path}.new`, path)
        }
      }
      writing = false
    }
    const check = async (): Promise<void> => {
      while (writing) {
        const { endpoints } = await resolveCluster(resolver, parseClusterName('c1'))
        for (const endpoint of endpoints) expect(valid).toContain(formatEndpoint(endpoint))
      }
    }
    await Promise.all([write(), check(), check(), check(), check()])
    const { endpoints } = await resolveCluster(resolver, 'c1')
    expect(endpoints.map(formatEndpoint).sort()).toEqual([...new Set(versions[1]?.split('\n'))].sort())
  })
})
