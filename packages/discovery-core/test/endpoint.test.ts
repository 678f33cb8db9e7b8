import { formatEndpoint, parseEndpoint } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('parseEndpoint', () => {
  it.each([
    ['192.168.1.1:2510', '192.168.1.1', 2510],
    ['10.0.0.1', '10.0.0.1', 2510],
    ['10.0.0.1:1', '10.0.0.1', 1],
    ['10.0.0.1:65535', '10.0.0.1', 65535],
    ['[::1]:2510', '::1', 2510],
    ['[2001:DB8:0:0:0:0:0:1]', '2001:db8::1', 2510],
    ['[fe80::1%eth0]:99', 'fe80::1%eth0', 99],
    ['[::ffff:1.2.3.4]:5', '1.2.3.4', 5],
  ])('reads %s', (text, address, port) => {
    expect(parseEndpoint(text)).toEqual({ address, port, host: null, priority: null, weight: null, ttl: null })
    const written = formatEndpoint(parseEndpoint(text))
    expect(parseEndpoint(written)).toEqual(parseEndpoint(text))
  })

  it.each([
    ['BS-6', ['1.2.3.4:0', '1.2.3.4:65536', '1.2.3.4:-1', '1.2.3.4:+2510', '1.2.3.4:2510.0', '1.2.3.4:0x9CE']],
    ['BS-6', ['1.2.3.4:1e3', '1.2.3.4:2510abc', '1.2.3.4:\u0661\u0662', '1.2.3.4:02510', '1.2.3.4:', '1.2.3.4: 1']],
    ['BS-7', ['192.168.001.001:1', '1.2.3', '0300.1.1.1', '\uff11.2.3.4', '256.1.1.1', '1.2.3.4.5', ' 1.2.3.4']],
    ['BS-8', ['::1', '::1:2510', 'fe80::1%eth0', '2001:db8::1', '[1.2.3.4]:5', '[::1', '[::1]x', '[::1]:', '[]']],
    ['BS-8', ['[fe80::1%]:1', '[fe80::1%a b]:1', '[fe80::1%\u001b]', '[::ffff:1.2.3.4%x]:1']],
    ['BS-9', ['mds1:2510', 'mds1', 'localhost', '']],
  ])('%s refuses %j', (_, texts) => {
    for (const text of texts) {
      expect(() => parseEndpoint(text), text).toThrow(expect.objectContaining({ code: 'ERR_ENDPOINT_INVALID' }))
    }
  })

  it('says what to write instead', () => {
    expect(() => parseEndpoint('::1:2510')).toThrow('must be in brackets')
    expect(() => parseEndpoint('mds1:2510')).toThrow('host name')
    expect(() => parseEndpoint('192.0.2.5x')).toThrow('not an IP address')
    expect(() => parseEndpoint('10.0.0.1', { defaultPort: null })).toThrow("write '10.0.0.1:2510'")
  })

  it('takes another default port', () => {
    expect(parseEndpoint('10.0.0.1', { defaultPort: 27017 }).port).toBe(27017)
  })
})

it('writes IPv6 in brackets', () => {
  expect(formatEndpoint({ address: 'fe80::1%eth0', port: 2510 })).toBe('[fe80::1%eth0]:2510')
  expect(formatEndpoint({ address: '10.0.0.1', port: 2510 })).toBe('10.0.0.1:2510')
})
