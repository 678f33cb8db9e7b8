import type { Endpoint } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { checkedEndpoint } from '../src/checked-endpoint.js'

const whole: Endpoint = { address: '192.0.2.1', port: 2511, host: 'mds1', priority: 1, weight: 2, ttl: 3 }
const given = { host: null, priority: null, weight: null, ttl: null }

describe('an endpoint that is to be written', () => {
  it.each<[string, string | Endpoint, Endpoint]>([
    ['text', '192.0.2.1:2511', { ...given, address: '192.0.2.1', port: 2511 }],
    ['text without a port', '192.0.2.1', { ...given, address: '192.0.2.1', port: 2510 }],
    ['an object, all of it', whole, whole],
    [
      'an object, its address made canonical',
      { ...whole, address: '2001:DB8:0::1' },
      { ...whole, address: '2001:db8::1' },
    ],
    ['loopback, about which there is a warning elsewhere', '127.0.0.1', { ...given, address: '127.0.0.1', port: 2510 }],
  ])('%s', (_, endpoint, expected) => {
    expect(checkedEndpoint(endpoint)).toEqual(expected)
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
    const refused = () => checkedEndpoint(endpoint as Endpoint)
    expect(refused).toThrow(expect.objectContaining({ code: 'ERR_ENDPOINT_INVALID' }))
    expect(refused).toThrow(named)
  })
})
