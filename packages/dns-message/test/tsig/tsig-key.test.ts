import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TsigKey, type TsigKeyText } from '../../src/tsig/index.js'

const secret = 'c2l4dGVlbiBvY3RldHMgYXJlIGVub3VnaCBmb3IgYSB0ZXN0'
const good = { name: 'Transfer.Key.', algorithm: 'hmac-sha256', secret } as const

const refused: readonly (readonly [what: string, parts: Record<string, unknown>, code: string, says: RegExp])[] = [
  ['hmac-md5', { algorithm: 'hmac-md5' }, 'ALGORITHM', /^hmac-md5 is broken and refused/],
  ['hmac-md5 by its whole name', { algorithm: 'HMAC-MD5.SIG-ALG.REG.INT' }, 'ALGORITHM', /^hmac-md5 is broken/],
  [
    'an unknown algorithm',
    { algorithm: 'hmac-sha3' },
    'ALGORITHM',
    /hmac-sha3 is not known; use one of hmac-sha1, hmac/,
  ],
  ['what only contains hmac-md5', { algorithm: 'hmac-hmac-md5' }, 'ALGORITHM', /hmac-hmac-md5 is not known/],
  ['a secret for an algorithm', { algorithm: secret }, 'ALGORITHM', /none that is known/],
  ['an algorithm and more', { algorithm: 'hmac-sha3 and more' }, 'ALGORITHM', /none that is known/],
  ['an algorithm after something', { algorithm: 'the hmac-sha3' }, 'ALGORITHM', /none that is known/],
  ['an algorithm in a list', { algorithm: ['hmac-sha3'] }, 'ALGORITHM', /none that is known/],
  ['no algorithm', { algorithm: undefined }, 'ALGORITHM', /none that is known/],
  ['a secret that is not base64', { secret: 'not base64!' }, 'SECRET', /is not base64/],
  ['a secret that was cut', { secret: secret.slice(0, -1) }, 'SECRET', /is not base64/],
  ['a secret of half an octet', { secret: 'QUJDR==' }, 'SECRET', /is not base64/],
  ['a secret after something', { secret: `!${secret}` }, 'SECRET', /is not base64/],
  ['a secret that is a number', { secret: 12_345_678 }, 'SECRET', /is not base64/],
  ['an empty secret', { secret: '' }, 'SECRET', /is not base64/],
  ['no secret', { secret: undefined }, 'SECRET', /is not base64/],
  ['a name that is none', { name: 'a..b' }, 'NAME', /is not a domain name/],
  ['an empty name', { name: '' }, 'NAME', /is not a domain name/],
  ['the root', { name: '.' }, 'NAME', /is empty/],
  ['no name', { name: undefined }, 'NAME', /is not a domain name/],
  ['name and secret exchanged', { name: secret, secret: 'transfer.key' }, 'SECRET', /is not base64/],
]

describe('a TsigKey', () => {
  it.each(refused)('refuses %s, without showing a secret', (_, parts, code, says) => {
    const make = (): unknown => new TsigKey({ ...good, ...parts } as TsigKeyText)
    const expected = { name: 'TsigKeyError', code: `ERR_TSIG_${code}`, message: expect.stringMatching(says) }
    expect(make).toThrow(expect.objectContaining(expected))
    try {
      make()
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret.slice(0, -1))
    }
  })

  it.each(['QUJD', 'QUI=', 'QQ==', 'QUJDQ+/='])('takes the secret %s', (text) => {
    expect(new TsigKey({ ...good, secret: text })).toMatchObject({ algorithm: 'hmac-sha256' })
  })

  const key = new TsigKey(good)

  it('AX-21: has its name in lower case, and in presentation format', () => {
    expect(key.name).toBe('transfer.key')
    expect(new TsigKey({ ...good, name: 'A\\.B\\195.C' }).name).toBe('a\\.b\\195.c')
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
