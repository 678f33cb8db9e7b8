import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { damaged, directory, good, life, shown, withStatement } from './cache-file.js'

const source = { backend: 'dns', method: 'dns-srv', origin: 'x', ttl: 60 }
const large = 16 * 1_024 * 1_024

/** Faults of a file, and the reason why it is not used. */
type Row = readonly [what: string, text: string | Buffer, reason: string | RegExp]

const refused: readonly Row[] = [
  ['empty', '', 'it is not JSON'],
  ['no JSON', '{"schemaVersion":1,"answers":[{', 'it is not JSON'],
  ['no UTF-8', Buffer.from(withStatement({ host: 'mds\u00ff' }), 'latin1'), /encoding utf-8/],
  ['of another version', damaged((document) => ({ ...document, schemaVersion: 2 })), 'schemaVersion is not 1'],
  ['nothing', 'null', 'the document is no object'],
  ['text', '"text"', 'the document is no object'],
  ['an array', '[]', 'the document is no object'],
  ['without answers', '{"schemaVersion":1}', 'answers is no array'],
  ['with an answer that is none', '{"schemaVersion":1,"answers":[null]}', 'an answer is no object'],
  ['without statements', '{"schemaVersion":1,"answers":[{"cluster":null}]}', 'statements is no array'],
  ['of a thousand depths', '['.repeat(100_000), 'it is not JSON'],
  ['too large', ' '.repeat(large + 1), `it is larger than ${large} octets`],
  [
    'with a bad name',
    damaged(() => ({ schemaVersion: 1, answers: [{ cluster: '../etc', statements: [] }] })),
    'cluster is not a cluster name',
  ],
  ['with a host for an address', withStatement({ address: 'mds1.example.org' }), 'an address is not one'],
  ['with an address that is not canonical', withStatement({ address: '2001:DB8::1' }), 'an address is not one'],
  ['with an address of nobody', withStatement({ address: '224.0.0.1' }), 'an address is none that a server can have'],
  ['with port 0', withStatement({ port: 0 }), 'port is out of range'],
  ['with port 65536', withStatement({ port: 65_536 }), 'port is out of range'],
  ['with half a port', withStatement({ port: 2_510.5 }), 'port is out of range'],
  ['with a port that is text', withStatement({ port: '2510' }), 'port is no number'],
  ['with a negative TTL', withStatement({ ttl: -1 }), 'ttl is negative'],
  ['with a time that is none', withStatement({ saidAt: null }), 'saidAt is no number'],
  [
    'with a time beyond all',
    withStatement({ saidAt: 1 }).replace('"saidAt":1', '"saidAt":1e999'),
    'saidAt is no number',
  ],
  ['with a host that is a number', withStatement({ host: 7 }), 'host is no string'],
  ['with a terminal escape', withStatement({ host: 'mds\u001b[31m' }), 'host has a control character'],
  ['with a preference that is text', withStatement({ preference: ['0'] }), 'preference is no number'],
  ['without a source', withStatement({ source: undefined }), 'a source is no object'],
  ['without a method', withStatement({ source: { ...source, method: '' } }), 'a source is not whole'],
  ['with a statement of no kind', withStatement({ type: 'rumour' }), 'a statement is of no known type'],
  [
    'with an endpoint among the names',
    damaged(({ answers }) => ({ schemaVersion: 1, answers: answers.map((answer) => ({ ...answer, cluster: null })) })),
    'an endpoint stands among the names',
  ],
]

describe('a last good file', () => {
  it.each(refused)('%s is a warning, and is replaced', async (_, text, reason) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, text, { mode: 0o600 })
    const [report] = await life(file, 0, ['refused'])
    expect(report && shown(report)).toBe('undetermined')
    expect(report?.warnings.map(({ code }) => code)).toEqual(['cache-file-invalid'])
    const [, why] = report?.warnings[0]?.message.split(`'${file}' is not used: `) ?? []
    if (typeof reason === 'string') expect(why).toBe(reason)
    else expect(why).toMatch(reason)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    expect(why).not.toMatch(/[\u0000-\u001f]/)
    expect((await life(file, 0, ['A/60', 'refused'])).map(shown)).toEqual(['A found', 'A found'])
    expect((await life(file, 0, ['refused'])).map(shown)).toEqual(['A found'])
  })

  it.each<readonly [what: string, fields: object]>([
    ['a TTL of 0', { ttl: 0 }],
    ['the last port', { port: 65_535 }],
    ['neither priority nor weight nor host', { priority: null, weight: null, host: null }],
    ['no preference', { preference: undefined }],
    ['an origin of 300 characters', { source: { ...source, origin: 'x'.repeat(300) } }],
    ['what was escaped before', { source: { ...source, origin: '/lists/\\x1b[31m' } }],
  ])('with %s is used', async (_, fields) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, withStatement(fields), { mode: 0o600 })
    const [report] = await life(file, 0, ['refused'])
    expect(report?.warnings.map(({ code }) => code)).toEqual(['stale-answer'])
    expect(report && shown(report)).toBe('A found')
  })

  it.each<readonly [what: string, make: (path: string) => unknown, reason: string]>([
    [
      'others can write',
      (path) => writeFile(path, JSON.stringify(good)).then(() => chmod(path, 0o666)),
      'others can write it',
    ],
    ['is a directory', (path) => mkdir(path, { mode: 0o700 }), 'it is a directory, not a regular file'],
    ['is a FIFO', (path) => execFileSync('mkfifo', ['-m', '600', path]), 'it is a FIFO, not a regular file'],
    ['is a device', (path) => symlink('/dev/zero', path), 'it is a device, not a regular file'],
    ['is a loop', (path) => symlink(path, path), 'it cannot be read: ELOOP'],
  ])('that %s is a warning', async (_, make, reason) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await make(file)
    const [report] = await life(file, 0, ['refused'])
    expect(report && shown(report)).toBe('undetermined')
    expect(report?.warnings).toEqual([{ code: 'cache-file-invalid', message: `'${file}' is not used: ${reason}` }])
  })

  it.each([
    ['of a host', 'root:$6$saltsalt$secret:19700:0:99999:7:::\n'],
    ['in JSON', '{"schemaVersion":1,"answers":[{"cluster":"secret of root","statements":[]}]}'],
    ['with half of JSON', '{"secret": "of root'],
  ])('SEC-9: that leads to a file %s quotes none of it', async (_, text) => {
    await using place = await directory()
    const [secret, file] = [join(place.path, 'secret'), join(place.path, 'last-good.json')]
    await writeFile(secret, text, { mode: 0o600 })
    await symlink(secret, file)
    const [report] = await life(file, 0, ['refused'])
    expect(report?.warnings.map(({ code }) => code)).toEqual(['cache-file-invalid'])
    expect(JSON.stringify(report)).not.toMatch(/secret of|root|salt/)
  })

  it
    .runIf(process.geteuid?.() === 0)
    .each<readonly [who: string, owner: number, we: number, codes: readonly string[]]>([
      ['somebody else owns is a warning', 12_345, 0, ['cache-file-invalid']],
      ['root owns is used by anybody', 0, 12_345, ['stale-answer']],
      ['we own is used', 12_345, 12_345, ['stale-answer']],
    ])('that %s', async (_, owner, we, codes) => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, JSON.stringify(good), { mode: 0o600 })
    await chown(file, owner, owner)
    using _user = vi.spyOn(process, 'geteuid').mockReturnValue(we)
    const [report] = await life(file, 0, ['refused'])
    expect(report?.warnings.map(({ code }) => code)).toEqual(codes)
  })

  it('that anybody may write, by its mode, is used on Windows, where modes say nothing', async () => {
    await using place = await directory()
    const file = join(place.path, 'last-good.json')
    await writeFile(file, JSON.stringify(good))
    await chmod(file, 0o666)
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {}
    try {
      Object.defineProperty(process, 'platform', { ...platform, value: 'win32' })
      expect((await life(file, 0, ['refused'])).map(shown)).toEqual(['A found'])
    } finally {
      Object.defineProperty(process, 'platform', platform)
    }
  })
})
