import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { dnsResolver, TsigKey } from '../../src/index.js'

const secret = 'c2l4dGVlbiBvY3RldHMgYXJlIGVub3VnaCBmb3IgYSB0ZXN0'
const good = { name: 'Transfer.Key.', algorithm: 'hmac-sha256', secret } as const

const refused: readonly (readonly [what: string, key: unknown, says: RegExp])[] = [
  ['AX-21: hmac-md5', { ...good, algorithm: 'hmac-md5' }, /hmac-md5 is broken and refused/],
  ['AX-21: hmac-md5 by its whole name', { ...good, algorithm: 'HMAC-MD5.SIG-ALG.REG.INT' }, /hmac-md5 is broken/],
  [
    'an unknown algorithm',
    { ...good, algorithm: 'hmac-sha3' },
    /hmac-sha3 is not known; use one of hmac-sha1, hmac-sha256/,
  ],
  ['a secret for an algorithm', { ...good, algorithm: secret }, /none that is known/],
  ['an algorithm and more', { ...good, algorithm: 'hmac-sha3 and more' }, /none that is known/],
  ['an algorithm after something', { ...good, algorithm: 'the hmac-sha3' }, /none that is known/],
  ['an algorithm in a list', { ...good, algorithm: ['hmac-sha3'] }, /none that is known/],
  ['what only contains hmac-md5', { ...good, algorithm: 'hmac-hmac-md5' }, /hmac-hmac-md5 is not known/],
  ['no algorithm', { name: 'key', secret }, /none that is known/],
  ['a secret that is not base64', { ...good, secret: 'not base64!' }, /secret .* is not base64/],
  ['a secret that was cut', { ...good, secret: secret.slice(0, -1) }, /is not base64/],
  ['a secret of half an octet', { ...good, secret: 'QUJDR==' }, /is not base64/],
  ['a secret that is a number', { ...good, secret: 12_345_678 }, /is not base64/],
  ['an empty secret', { ...good, secret: '' }, /is not base64/],
  ['no secret', { name: 'key', algorithm: 'hmac-sha256' }, /is not base64/],
  ['a name that is none', { ...good, name: 'a..b' }, /is not a domain name/],
  ['an empty name', { ...good, name: '' }, /name of the key/],
  ['the root', { ...good, name: '.' }, /name of the key is empty/],
  ['name and secret swapped', { ...good, name: secret, secret: 'transfer.key' }, /secret of the key is not base64/],
  ['a long secret for a name', { ...good, name: secret.repeat(2), secret: 'key' }, /is not a domain name/],
  ['no name', { algorithm: 'hmac-sha256', secret }, /is not a domain name/],
  ['an empty file name', { file: '' }, /the file has no name/],
  ['a file that is no text', { file: 1 }, /the file has no name/],
  ['a text', 'key', /must be/],
  ['null', null, /must be/],
]

describe('the option tsigKey', () => {
  it.each(refused)('refuses %s at once, without showing a secret', (_, tsigKey, says) => {
    const make = (): unknown => dnsResolver({ ...{ tsigKey } } as object)
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringMatching(says) }))
    try {
      make()
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret.slice(0, -1))
    }
  })

  it.each([
    good,
    new TsigKey(good),
    { file: '/nonexistent' },
    { ...good, secret: 'QUJDRA==' },
    { ...good, algorithm: 'hmac-sha1' as const },
  ])('takes %o', async (tsigKey) => {
    await using resolver = dnsResolver({ tsigKey })
    expect(resolver.name).toBe('dns')
  })
})

describe('a TsigKey', () => {
  const key = new TsigKey(good)

  it('AX-21: has its name in lower case', () => {
    expect(key.name).toBe('transfer.key')
  })

  it('refuses what is no key with a DiscoveryError', () => {
    const make = (): unknown => new TsigKey({ ...good, secret: '' })
    expect(make).toThrow(expect.objectContaining({ name: 'DiscoveryError', code: 'ERR_OPTION_INVALID' }))
  })

  it('AX-22: never shows its secret', () => {
    const octets = Buffer.from(secret, 'base64')
    for (const shown of [
      inspect(key, { depth: 9, showHidden: true }),
      inspect({ key }),
      JSON.stringify(key),
      String(key),
    ]) {
      expect(shown).not.toContain(secret)
      expect(shown).not.toContain(octets.toString('latin1'))
    }
    expect(inspect(key)).toBe("TsigKey { name: 'transfer.key', algorithm: 'hmac-sha256', secret: [hidden] }")
    expect(JSON.stringify(structuredClone(key))).toBe('{"name":"transfer.key","algorithm":"hmac-sha256"}')
  })
})
