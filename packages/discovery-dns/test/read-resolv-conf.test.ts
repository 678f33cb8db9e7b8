import { renameSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ReadResolvConfOptions, readResolvConf, stampOf } from '../src/config/read-resolv-conf.js'
import { resolvConfFile } from './resolv-conf-file.js'

const all = { servers: true, domains: true }
const whole = 'nameserver 192.0.2.1\nsearch a.test\n'
/** An hour later nothing is fresh. */
const later = (): number => Date.now() + 3_600_000

const oldRows: readonly (readonly [what: string, text: string])[] = [
  ['an empty file', ''],
  ['comments alone', '# none\n'],
  ['a file without a line end', 'search a.test'],
  ['a file that does not name servers', 'search a.test\n'],
  ['a file of whole blocks', `#${'x'.repeat(4_094)}\n`],
]

const freshRows: readonly (readonly [
  what: string,
  text: string,
  needs: ReadResolvConfOptions['needs'],
  rest: readonly [from: number, to: number],
  kind: 'read' | 'fault',
])[] = [
  ['whole', whole, all, [0, 400], 'read'],
  ['without servers, where they are given', 'search a.test\n', { servers: false, domains: true }, [0, 400], 'read'],
  ['without domains, where they are given', 'nameserver ::1\n', { servers: true, domains: false }, [0, 400], 'read'],
  ['without servers', 'search a.test\n', all, [400, 2_000], 'read'],
  ['without domains', 'nameserver ::1\n', all, [400, 2_000], 'read'],
  ['cut in a word', 'nameserver 192.0.2.1\nsearch a.te', all, [400, 2_000], 'read'],
  ['cut in a keyword', 'nameserver 192.0.2.1\nsearch a.test\nopt', all, [400, 2_000], 'read'],
  ['cut at the end of a block', `${whole}#${'x'.repeat(4_095 - whole.length - 1)}\n`, all, [400, 2_000], 'read'],
  ['with zeros', `${whole}\0\n`, all, [400, 2_000], 'read'],
  ['empty', '', all, [500, 2_000], 'fault'],
  ['a comment alone', '# by dhcp\n', all, [500, 2_000], 'fault'],
]

describe('readResolvConf', () => {
  it.each(oldRows)('takes %s as it is when it is old', async (_, text) => {
    await using file = await resolvConfFile(text)
    const startedAt = performance.now()
    expect(await readResolvConf(file.path, { needs: all, now: later })).toMatchObject({ kind: 'read', text })
    expect(performance.now() - startedAt).toBeLessThan(400)
  })

  it.each(freshRows)('waits for a file that was just written: %s', async (_, text, needs, [from, to], kind) => {
    await using file = await resolvConfFile(text)
    const startedAt = performance.now()
    const reading = await readResolvConf(file.path, { needs })
    expect(reading).toMatchObject(kind === 'read' ? { kind, text } : { kind, code: 'ECHANGING' })
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(from)
    expect(performance.now() - startedAt).toBeLessThan(to)
  })

  it('waits for a file that was just removed, and takes the new one', async () => {
    await using file = await resolvConfFile(whole)
    await rm(file.path)
    const reading = readResolvConf(file.path, { needs: all })
    await file.write('nameserver 192.0.2.2\nsearch b.test\n')
    expect(await reading).toMatchObject({ kind: 'read', text: 'nameserver 192.0.2.2\nsearch b.test\n' })
  })

  it('says that a file that was just removed may come back', async () => {
    await using file = await resolvConfFile()
    const reading = await readResolvConf(file.path, { needs: all })
    expect(reading).toMatchObject({
      kind: 'fault',
      code: 'ECHANGING',
      message: expect.stringContaining('is not there'),
    })
  })

  it('takes no file for none when it was removed long ago', async () => {
    await using file = await resolvConfFile()
    expect(await readResolvConf(file.path, { needs: all, now: later })).toMatchObject({ kind: 'read', text: '' })
    const reading = await readResolvConf(join(file.path, 'nowhere', 'resolv.conf'), { needs: all })
    expect(reading).toMatchObject({ kind: 'read', text: '', missingTarget: undefined, stamp: undefined })
  })

  it('names the target of a link that leads nowhere', async () => {
    await using file = await resolvConfFile()
    await symlink('stub.conf', file.path)
    const missingTarget = join(dirname(file.path), 'stub.conf')
    expect(await readResolvConf(file.path, { needs: all, now: later })).toMatchObject({ kind: 'read', missingTarget })
  })

  it('takes what replaces the file in one step', async () => {
    await using other = await resolvConfFile('nameserver ::1\nsearch b.test\n')
    await using file = await resolvConfFile(whole)
    const reading = readResolvConf(file.path, { needs: all })
    renameSync(other.path, file.path)
    expect(await reading).toMatchObject({ kind: 'read', text: 'nameserver ::1\nsearch b.test\n' })
  })

  it.each(['/proc/mounts', '/dev/null'])('takes %s at once, which never rests', async (path) => {
    const reading = await readResolvConf(path, { needs: all })
    expect(reading).toMatchObject({ kind: 'read', age: Number.POSITIVE_INFINITY })
  })

  it('says why a file cannot be read', async () => {
    expect(await readResolvConf(import.meta.dirname, { needs: all })).toMatchObject({ kind: 'fault', code: 'EISDIR' })
  })

  it('stops waiting when it is aborted', async () => {
    await using file = await resolvConfFile('')
    const over = new AbortController()
    const reading = readResolvConf(file.path, { needs: all, signal: over.signal })
    over.abort(new Error('over'))
    await expect(reading).rejects.toThrow('over')
  })

  it('has a stamp for whatever is there', async () => {
    await using file = await resolvConfFile(whole)
    const stamp = stampOf(file.path)
    expect(await readResolvConf(file.path, { needs: all })).toMatchObject({ stamp })
    await file.write(`${whole}#\n`)
    expect(stampOf(file.path)).not.toBe(stamp)
    await rm(file.path)
    expect(stampOf(file.path)).toBeUndefined()
    expect(stampOf('/nonexistent/\0')).toBeUndefined()
  })
})
