import { utimes } from 'node:fs/promises'
import { CancellationSource } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { CurrentSystemSettings } from '../src/config/current-system-settings.js'
import { type ResolvConfFile, resolvConfFile } from './resolv-conf-file.js'

const sourcesOf = ({ path }: ResolvConfFile, environment = {}) => ({ resolvConf: path, environment, hostname: 'h1' })
const settled = async (): Promise<void> => {
  const until = performance.now() + 150
  // Only what was written a while ago is kept, and the time of files cannot be simulated.
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve))
}

describe('CurrentSystemSettings', () => {
  it('DNS-37: gives the same settings while nothing changes', async () => {
    await using file = await resolvConfFile('search a.test\n')
    await settled()
    const current = new CurrentSystemSettings()
    const first = await current.read(sourcesOf(file), 53)
    expect(await current.read(sourcesOf(file), 53)).toBe(first)
    expect(first?.domains).toEqual([['a', 'test']])
  })

  it('DNS-37: gives the same settings to who asks at the same time', async () => {
    await using file = await resolvConfFile('search a.test\n')
    const current = new CurrentSystemSettings()
    const [one, two] = await Promise.all([current.read(sourcesOf(file), 53), current.read(sourcesOf(file), 53)])
    expect(two).toBe(one)
  })

  it('DNS-37: reads a file that has changed, also right after it was written', async () => {
    await using file = await resolvConfFile('search a.test\n')
    const current = new CurrentSystemSettings()
    for (const letter of ['b', 'c', 'd', 'e']) {
      await current.read(sourcesOf(file), 53)
      await file.write(`search ${letter}.test\n`)
      await utimes(file.path, 1, 1)
      expect((await current.read(sourcesOf(file), 53))?.domains).toEqual([[letter, 'test']])
    }
  })

  it('DNS-37: minds the environment, too', async () => {
    await using file = await resolvConfFile('search a.test\n')
    await settled()
    const current = new CurrentSystemSettings()
    await current.read(sourcesOf(file), 53)
    const settings = await current.read(sourcesOf(file, { LOCALDOMAIN: 'b.test' }), 53)
    expect(settings?.domains).toEqual([['b', 'test']])
  })

  it('DNS-37: keeps to what was read first with no-reload', async () => {
    await using file = await resolvConfFile('search a.test\noptions no-reload\n')
    const current = new CurrentSystemSettings()
    await current.read(sourcesOf(file), 53)
    await file.write('search b.test\n')
    expect((await current.read(sourcesOf(file), 53))?.domains).toEqual([['a', 'test']])
  })

  it('DNS-37: looks again for a file that was not there, or could not be read', async () => {
    await using file = await resolvConfFile()
    const current = new CurrentSystemSettings()
    expect((await current.read(sourcesOf(file), 53))?.domains).toEqual([])
    expect((await current.read({ ...sourcesOf(file), resolvConf: '/proc/self' }, 53))?.fault?.code).toBe('EISDIR')
    await file.write('search b.test\n')
    expect((await current.read(sourcesOf(file), 53))?.domains).toEqual([['b', 'test']])
  })
})

describe('CurrentSystemSettings, while the file is rewritten', () => {
  const needs = { servers: true, domains: true }

  it('DNS-37: lets everybody wait for one reading, and each leave', async () => {
    await using file = await resolvConfFile('')
    const current = new CurrentSystemSettings()
    const [one, two] = [new CancellationSource(), new CancellationSource()]
    const first = current.read(sourcesOf(file), 53, needs, one)
    const second = current.read(sourcesOf(file), 53, needs, two)
    one.abort(new Error('over'))
    expect(await first).toBeUndefined()
    await file.write('nameserver 192.0.2.1\nsearch a.test\n')
    expect((await second)?.domains).toEqual([['a', 'test']])
    expect(await current.read(sourcesOf(file), 53, needs, one)).toBeUndefined()
  })

  it('DNS-37: ends a reading for which nobody waits, and begins another', async () => {
    await using file = await resolvConfFile('')
    const current = new CurrentSystemSettings()
    const over = new CancellationSource()
    const first = current.read(sourcesOf(file), 53, needs, over)
    over.abort(new Error('over'))
    const second = current.read(sourcesOf(file), 53, needs)
    expect(await first).toBeUndefined()
    expect((await second)?.fault?.code).toBe('ECHANGING')
  })

  it('DNS-37: does not wait for what is not needed of the file', async () => {
    await using file = await resolvConfFile('nameserver 192.0.2.1\n')
    const current = new CurrentSystemSettings()
    const startedAt = performance.now()
    await current.read(sourcesOf(file, { LOCALDOMAIN: 'b.test' }), 53, needs)
    expect(performance.now() - startedAt).toBeLessThan(400)
  })
})
