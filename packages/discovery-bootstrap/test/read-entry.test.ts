import type { Endpoint } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { readHost, validateEndpoint } from '../src/list/read-entry.js'

const whole: Endpoint = { address: '192.0.2.1', port: 2511, host: 'mds1', priority: 1, weight: 2, ttl: 3 }
const noHost = { host: null, priority: null, weight: null, ttl: null }

describe('an endpoint that is to be written', () => {
  it.each<[string, string | Endpoint, Endpoint]>([
    ['text', '192.0.2.1:2511', { ...noHost, address: '192.0.2.1', port: 2511 }],
    ['text without a port', '192.0.2.1', { ...noHost, address: '192.0.2.1', port: 2510 }],
    ['an object, all of it', whole, whole],
    [
      'an object, its address made canonical',
      { ...whole, address: '2001:DB8:0::1' },
      { ...whole, address: '2001:db8::1' },
    ],
    [
      'loopback, about which there is a warning elsewhere',
      '127.0.0.1',
      { ...noHost, address: '127.0.0.1', port: 2510 },
    ],
  ])('%s', (_, endpoint, expected) => {
    expect(validateEndpoint(endpoint)).toEqual(expected)
  })

  it.each<[string, unknown, string]>([
    ['text that is none', 'mds1:2510', 'mds1:2510'],
    ['an address of nobody, as text', '0.0.0.0:2510', '0.0.0.0:2510'],
    ['an address of nobody, as an object', { ...whole, address: '224.0.0.1' }, '224.0.0.1:2511'],
    ['an object without an address', { port: 1 }, '[object Object]'],
    ['null', null, 'null'],
    ['a port that is none', { ...whole, port: 70_000 }, '192.0.2.1:70000'],
  ])('refuses %s, and names it', (_, endpoint, named) => {
    // As a program without types may call it.
    const refused = () => validateEndpoint(endpoint as Endpoint)
    expect(refused).toThrow(expect.objectContaining({ code: 'ERR_ENDPOINT_INVALID' }))
    expect(refused).toThrow(named)
  })
})

describe('a host name in a list', () => {
  const label = 'a'.repeat(63)
  const longest = `${label}.${label}.${label}.${'b'.repeat(61)}`

  it.each([
    ['mds1', 2510, { host: 'mds1', port: 2510 }],
    ['mds1:1', 2510, { host: 'mds1', port: 1 }],
    ['mds1.', 2510, { host: 'mds1', port: 2510 }],
    ['m.1.example', 2510, { host: 'm.1.example', port: 2510 }],
    [longest, 2510, { host: longest, port: 2510 }],
    [`b${longest}`, 2510, undefined],
    [`a${label}.example`, 2510, undefined],
    ['mds1:0', 2510, undefined],
    ['mds1', null, undefined],
    [':1', 2510, undefined],
    ['10.0.0.1.1', 2510, undefined],
  ])('is read from %s with the default port %s', (text, defaultPort, expected) => {
    expect(readHost(text, defaultPort)).toEqual(expected)
  })
})
