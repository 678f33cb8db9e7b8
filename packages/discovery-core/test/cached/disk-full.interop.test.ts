import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseClusterName, simulatedClock } from '@pstorage/discovery-core'
import { expect, it } from 'vitest'
import { LastGoodStore } from '../../src/cache/last-good-store.js'
import { directory, START } from './cache-file.js'

const answers = (origin: string) => {
  const source = { backend: 'dns', method: 'dns-srv' as const, origin, ttl: null, authenticated: false }
  const assertion = { type: 'cluster' as const, name: parseClusterName('alpha'), source }
  return [{ cluster: null, kept: [{ assertion, assertedAt: 0, why: 'unheard' as const, denials: 0, deniedAt: 0 }] }]
}

it('a full disk leaves the file of last good answers as it was, and no other file', async () => {
  await using place = await directory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'pstorage-test', place.path])
  try {
    const file = join(place.path, 'last-good.json')
    const store = new LastGoodStore(file, simulatedClock(), () => START)
    store.write(() => answers('x'))
    await store.written()
    const before = await readFile(file, 'utf8')
    store.write(() => answers('x'.repeat(100_000)))
    await store.written()
    const message = `'${file}' cannot be written: ENOSPC: no space left on device`
    expect(store.warnings).toEqual([{ type: 'warning', code: 'cache-file-unwritable', message }])
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(await readdir(place.path)).toEqual(['last-good.json'])
    store.write(() => answers('y'))
    await store.written()
    expect(store.warnings).toEqual([])
  } finally {
    execFileSync('umount', [place.path])
  }
})
