import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseClusterName, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it, vi } from 'vitest'
import type { KeptAnswer } from '../../src/cache/last-good-document.js'
import { LastGoodStore } from '../../src/cache/last-good-store.js'
import { directory, START } from './cache-file.js'

const MAX_BYTES = 16 * 1_024 * 1_024

function storeAt(path: string): LastGoodStore {
  return new LastGoodStore(path, simulatedClock(), () => START)
}

/** One name, of an origin as long as is wanted. */
function answersOf(origin: string): readonly KeptAnswer[] {
  const source = { backend: 'dns', method: 'dns-srv', origin, ttl: null, authenticated: false }
  const statement = { type: 'cluster' as const, name: parseClusterName('alpha'), source }
  return [{ cluster: null, kept: [{ assertion: statement, assertedAt: 0, why: 'unheard', denials: 0, deniedAt: 0 }] }]
}

async function write(store: LastGoodStore, answers: readonly KeptAnswer[]): Promise<void> {
  store.write(() => answers)
  await store.written()
}

describe('a file of 16 MiB', () => {
  it('is written and read, and one with a byte more is left as it was', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    const store = storeAt(file)
    await write(store, answersOf('x'))
    const room = MAX_BYTES - (await stat(file)).size
    const largest = answersOf('x'.repeat(1 + room))
    await write(store, largest)
    expect(store.warnings).toEqual([])
    expect((await stat(file)).size).toBe(MAX_BYTES)
    await write(store, answersOf('x'.repeat(2 + room)))
    const message = `'${file}' cannot be written: there are more than 16777216 bytes to write`
    expect(store.warnings).toEqual([{ type: 'warning', code: 'cache-file-unwritable', message }])
    expect(await storeAt(file).read()).toEqual(largest)
  })
})

describe('warnings about the file', () => {
  it('say what went wrong last, and are the same until something changes', async () => {
    await using place = await directory()
    const file = join(place.path, 'missing', 'last-good.json')
    const store = storeAt(file)
    expect(store.warnings).toEqual([])
    await write(store, [])
    const message = `'${file}' cannot be written: ENOENT: no such file or directory`
    expect(store.warnings).toEqual([{ type: 'warning', code: 'cache-file-unwritable', message }])
    await mkdir(join(place.path, 'missing'))
    await write(store, [])
    const none = store.warnings
    expect(none).toEqual([])
    await write(store, [])
    expect(store.warnings).toBe(none)
  })

  it('name one file, also where two are at fault, and nothing is left behind', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await mkdir(file)
    const store = storeAt(file)
    await write(store, [])
    const message = `'${file}' cannot be written: EISDIR: illegal operation on a directory`
    expect(store.warnings).toEqual([{ type: 'warning', code: 'cache-file-unwritable', message }])
    expect(await readdir(place.path)).toEqual(['last-good.json'])
  })
})

describe('a file that is written', () => {
  it('is on disk before its name is, and its name before writing ends', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, 'as it was')
    const one = await open(file)
    const handles = Object.getPrototypeOf(one)
    await one.close()
    const synced: unknown[] = []
    const sync: () => Promise<void> = handles.sync
    using _ = vi.spyOn(handles, 'sync').mockImplementation(async function (this: typeof one) {
      synced.push([(await this.stat()).isFile() ? 'file' : 'directory', (await readFile(file, 'utf8')) === 'as it was'])
      await sync.call(this)
    })
    await write(storeAt(file), [])
    expect(synced).toEqual([
      ['file', true],
      ['directory', false],
    ])
  })

  it.runIf(existsSync('/proc/self/fd'))('is closed again, like one that was read, whatever went wrong', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await write(storeAt(file), answersOf('x'))
    expect(await storeAt(file).read()).toHaveLength(1)
    await writeFile(file, 'no JSON')
    const store = storeAt(file)
    expect(await store.read()).toEqual([])
    await mkdir(join(place.path, 'directory'))
    await write(storeAt(join(place.path, 'directory')), [])
    expect(await storeAt(join(place.path, 'directory')).read()).toEqual([])
    expect(await openBelow(place.path)).toEqual([])
  })
})

/** The descriptors of this process in a directory, and of the directory itself. */
async function openBelow(path: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd')
  const files = await Promise.all(descriptors.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => '')))
  return files.filter((file) => file.startsWith(path))
}
