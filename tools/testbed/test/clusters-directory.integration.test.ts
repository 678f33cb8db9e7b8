import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clustersDirectory } from '../src/index.js'

describe('clustersDirectory', () => {
  it('has a list for each cluster, or a directory alone, and goes away', async () => {
    const base = await clustersDirectory({ c1: '10.0.0.1\n', 'a b.\u001b': Buffer.of(0, 255), bare: null })
    await base.write('c2', 'later')
    await base.write('c2', 'again')
    expect((await readdir(base.path)).sort()).toEqual(['a b.\u001b', 'bare', 'c1', 'c2'])
    expect(await readFile(base.listPath('c1'), 'utf8')).toBe('10.0.0.1\n')
    expect(await readFile(base.listPath('a b.\u001b'))).toEqual(Buffer.of(0, 255))
    expect(await readFile(base.listPath('c2'), 'utf8')).toBe('again')
    expect(await readdir(join(base.path, 'bare'))).toEqual([])
    await base[Symbol.asyncDispose]()
    await expect(access(base.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0'])('never writes outside: %j', async (name) => {
    await expect(clustersDirectory({ [name]: '' })).rejects.toThrow(RangeError)
    await using base = await clustersDirectory()
    await expect(base.write(name, '')).rejects.toThrow(RangeError)
    expect(() => base.listPath(name)).toThrow(RangeError)
  })
})
