import { type Message, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { Cookie, CookieJar } from '../src/client/transaction/cookies.js'
import { parseNameServer } from '../src/config/name-server.js'
import { message, record } from './records.js'

const COOKIE = 10
const client = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const withServer = (length: number): Uint8Array => Uint8Array.of(...client, ...Array<number>(length).fill(9))

/** A reply that brings these cookies. */
function reply(...cookies: readonly Uint8Array[]): Message {
  const options = cookies.map((data) => ({ code: COOKIE, data }))
  return message('a.test', RecordType.SRV, { additionals: [record('.', { kind: 'OPT', options }, { type: 41 })] })
}

const plain = message('a.test', RecordType.SRV)

describe('Cookie', () => {
  it.each([
    ['no EDNS', plain, 'right'],
    ['no cookie', reply(), 'right'],
    ['ours alone', reply(client), 'right'],
    ['ours and 8 octets of the server', reply(withServer(8)), 'right'],
    ['ours and 32 octets of the server', reply(withServer(32)), 'right'],
    ['two, the first of which counts', reply(withServer(8), Uint8Array.of(1)), 'right'],
    ['another', reply(Uint8Array.of(0, 2, 3, 4, 5, 6, 7, 8)), 'wrong'],
    ['another with what a server adds', reply(withServer(8).fill(0, 0, 1)), 'wrong'],
    ['an empty one', reply(Uint8Array.of()), 'wrong'],
    ['7 octets', reply(client.subarray(0, 7)), 'wrong'],
    ['ours and 7 octets', reply(withServer(7)), 'wrong'],
    ['ours and 33 octets', reply(withServer(33)), 'wrong'],
  ] as const)('DNS-1: %s', (_, heard, expected) => {
    expect(new Cookie(client).receive(heard)).toBe(expected)
  })

  it('keeps what the server adds, and sends it back', () => {
    const cookie = new Cookie(client)
    expect(cookie.option).toEqual({ code: COOKIE, data: client })
    const heard = withServer(16)
    cookie.receive(reply(heard))
    heard.fill(0)
    expect(cookie.option).toEqual({ code: COOKIE, data: withServer(16) })
  })

  it('keeps nothing of a wrong one', () => {
    const cookie = new Cookie(client)
    cookie.receive(reply(withServer(8).fill(0, 0, 1)))
    expect(cookie.option.data).toEqual(client)
  })

  it.each([
    ['no EDNS', plain],
    ['no cookie', reply()],
  ])('misses it from a server that has sent one before, and says %s', (_, heard) => {
    const cookie = new Cookie(client)
    cookie.receive(reply(withServer(8)))
    expect(cookie.receive(heard)).toBe('missing')
    cookie.forget()
    expect(cookie.receive(heard)).toBe('right')
    expect(cookie.option.data).toEqual(client)
  })
})

describe('CookieJar', () => {
  const [one, two] = ['192.0.2.1', '192.0.2.2'].map((text) => parseNameServer(text)) as [
    ReturnType<typeof parseNameServer>,
    ReturnType<typeof parseNameServer>,
  ] // two in, two out

  it('has eight octets for each server, the same ones each time', () => {
    const jar = new CookieJar()
    expect(jar.of(one).option.data).toHaveLength(8)
    expect(jar.of(one)).toBe(jar.of(parseNameServer('192.0.2.1')))
  })

  it('has another one for another server, and in another jar', () => {
    const jar = new CookieJar()
    const cookies = [jar.of(one), jar.of(two), new CookieJar().of(one)].map(({ option }) => option.data.join())
    expect(new Set(cookies).size).toBe(3)
  })
})
