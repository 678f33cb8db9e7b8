import { chmod, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { keyFile } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { parseKeyFile, readKeyFile } from '../../src/index.js'

const secret = 'c2VjcmV0//8Ac2VjcmV0c2VjcmV0'
const good = `key "transfer.key" { algorithm hmac-sha256; secret "${secret}"; };`

const read: readonly (readonly [what: string, text: string, algorithm?: string])[] = [
  ['as tsig-keygen writes it', `key "transfer.key" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`],
  ['in one line', good],
  ['without quotation marks', `key transfer.key { algorithm hmac-sha256; secret ${secret}; };`],
  ['with all of it quoted', `key "transfer.key" { algorithm "hmac-sha256"; secret "${secret}"; };`],
  ['the secret first', `key transfer.key { secret "${secret}"; algorithm hmac-sha256; };`],
  ['in capitals', `KEY TRANSFER.KEY. { Algorithm HMAC-SHA256; SECRET "${secret}"; };`],
  [
    'a secret of several parts',
    good.replace(secret, `${secret.slice(0, 8)} ${secret.slice(8, 12)}\t${secret.slice(12)}`),
  ],
  ['without blanks', `key"transfer.key"{algorithm"hmac-sha256";secret"${secret}";};`],
  ['with CRLF and a byte order mark', `\uFEFF${good.replaceAll(' ', '\r\n')}\r\n`],
  [
    'with comments of all three kinds',
    `// one "\n# two {\n/* three\n * key x { */ key /**/ "transfer.key" { // four\n algorithm hmac-sha256; /* five */ # six\n secret "${secret}"; }; // seven`,
  ],
  ['hmac-sha1', good.replace('sha256', 'sha1'), 'hmac-sha1'],
  ['hmac-sha384', good.replace('sha256', 'sha384'), 'hmac-sha384'],
  ['hmac-sha512', good.replace('sha256', 'sha512'), 'hmac-sha512'],
]

const refused: readonly (readonly [what: string, text: string, message: string | RegExp])[] = [
  ['nothing', '', /^1:1: there is no key statement/],
  ['comments alone', '// nothing\n', /^2:1: there is no key statement/],
  ['another statement', 'options { };', /^1:1: there is no key statement/],
  ['two keys', `${good}\n${good}`, '2:1: there is a second key; leave the one that is meant'],
  ['a quotation after the key', `${good} "key"`, /^1:\d+: nothing may follow the key$/],
  ['its word in quotation marks', `"key"${good.slice(3)}`, /^1:1: there is no key statement/],
  ['a clause in quotation marks', `key k { "algorithm" hmac-sha256; secret "${secret}"; };`, /^1:9: a key has/],
  ['two secrets', good.replace('; };', `; secret "${secret}"; };`), /^1:\d+: a key has/],
  ['something after the key', `${good} zone`, /^1:\d+: nothing may follow the key$/],
  ['no name', 'key { algorithm hmac-sha256; };', '1:5: the name of the key is missing'],
  ['a name that is none', good.replace('transfer.key', 'a..b'), '1:5: the name of the key is not a domain name'],
  ['no brace', 'key "k" algorithm hmac-sha256;', '1:9: a "{" is missing before this'],
  ['no algorithm', `key k {\n secret "${secret}";\n};`, '3:1: the algorithm is missing'],
  ['no secret', 'key k {\n algorithm hmac-sha256;\n};', '3:1: the secret is missing'],
  ['an empty secret', 'key k { algorithm hmac-sha256; secret ""; };', '1:39: the secret of the key is not base64'],
  ['a secret that was cut', good.replace('c2VjcmV0"', 'c2VjcmV"'), /^1:\d+: the secret of the key is not base64$/],
  [
    'no semicolon after the algorithm',
    `key k {\n algorithm hmac-sha256\n secret "${secret}"; };`,
    '3:2: a ";" is missing before this',
  ],
  [
    'no semicolon after the secret',
    `key k { algorithm hmac-sha256; secret "${secret}" };`,
    /a ";" is missing before this$/,
  ],
  ['no semicolon after the key', good.slice(0, -1), /a ";" is missing before this$/],
  ['no end', good.slice(0, -2), /^1:\d+: a key has "algorithm NAME;" and "secret BASE64;"/],
  ['two algorithms', 'key k { algorithm hmac-sha256; algorithm hmac-sha256; };', /^1:32: a key has/],
  ['an unknown clause', `key k { server 192.0.2.1; secret "${secret}"; };`, /^1:9: a key has/],
  ['the secret without its word', `key k { algorithm hmac-sha256; "${secret}"; };`, /^1:32: a key has/],
  [
    'the secret for the algorithm',
    `key k { algorithm "${secret}"; secret "${secret}"; };`,
    /^1:19: the algorithm of the key is none/,
  ],
  ['AX-21: hmac-md5', good.replace('sha256', 'md5'), /^1:32: hmac-md5 is broken and refused/],
  ['an unknown algorithm', good.replace('sha256', 'sha3'), /^1:32: the algorithm hmac-sha3 is not known/],
  [
    'a quotation that does not end',
    `key k { algorithm hmac-sha256; secret "${secret};\n};`,
    '1:39: a quotation or a comment does not end',
  ],
  ['a comment that does not end', `${good}\n/* key`, '2:1: a quotation or a comment does not end'],
]

const rows = read.map(([what, text, algorithm = 'hmac-sha256']) => [what, text, algorithm] as const)

describe('parseKeyFile', () => {
  it.each(rows)('reads a key %s', (_, text, algorithm) => {
    expect(parseKeyFile(text)).toMatchObject({ name: 'transfer.key', algorithm })
  })

  it.each(refused)('refuses %s, says where, and shows no secret', (_, text, message) => {
    const expected = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(() => parseKeyFile(text)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expected }))
    try {
      parseKeyFile(text)
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('c2VjcmV0')
    }
  })

  it('reads a megabyte of nothing in no time', () => {
    const text = `${'/* */ // \n#'.repeat(100_000)}\n`
    expect(() => parseKeyFile(text)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})

describe('readKeyFile', () => {
  it('reads the key of a file that only its owner can read', async () => {
    await using written = await keyFile({ name: 'transfer.key', algorithm: 'hmac-sha512', secret })
    const { key, warnings } = await readKeyFile(written.file)
    expect(key).toMatchObject({ name: 'transfer.key', algorithm: 'hmac-sha512' })
    expect(warnings).toEqual([])
  })

  it('AX-22: warns of a file that everybody can read, and of no other', async () => {
    await using written = await keyFile({ name: 'transfer.key', algorithm: 'hmac-sha512', secret })
    await chmod(written.file, 0o644)
    const message = expect.stringContaining(`'${written.file}': run "chmod o-r"`)
    expect((await readKeyFile(written.file)).warnings).toEqual([{ code: 'tsig-key-readable', message }])
    await chmod(written.file, 0o660)
    expect((await readKeyFile(written.file)).warnings).toEqual([])
  })

  it('reads as many octets as are allowed', async () => {
    await using written = await keyFile({ name: 'transfer.key', algorithm: 'hmac-sha512', secret })
    await writeFile(written.file, good.padEnd(65_536))
    expect((await readKeyFile(written.file)).key).toMatchObject({ name: 'transfer.key' })
  })

  it.runIf(process.platform === 'linux')('leaves no descriptor open', async () => {
    await using written = await keyFile({ name: 'transfer.key', algorithm: 'hmac-sha512', secret })
    await readKeyFile(written.file)
    await writeFile(written.file, ' '.repeat(65_537))
    await expect(readKeyFile(written.file)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    const descriptors = await readdir('/proc/self/fd')
    const open = await Promise.all(descriptors.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => 'closed')))
    expect(open).not.toContain(written.file)
  })

  it('names the file, and never shows what is in it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-key-'))
    const [bad, large, folder] = ['bad', 'large', 'folder'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ]
    await writeFile(bad, `key k {\n secret "${secret}" }`)
    await writeFile(large, `${good}\n${' '.repeat(65_536)}`)
    await mkdir(folder)
    const faults: readonly (readonly [file: string, says: string])[] = [
      [bad, `key file '${bad}': 2:40: a ";" is missing before this`],
      [large, `key file '${large}' is larger than 65536 octets`],
      [folder, `key file '${folder}' is a directory, not a regular file`],
      [join(directory, 'none'), `key file '${join(directory, 'none')}' cannot be read: ENOENT`],
    ]
    for (const [file, message] of faults) {
      await expect(readKeyFile(file)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID', message })
    }
    const cause = expect.objectContaining({ code: 'ENOENT' })
    await expect(readKeyFile(join(directory, 'none'))).rejects.toMatchObject({ cause })
    await rm(directory, { recursive: true })
  })
})
