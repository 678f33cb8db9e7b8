import { describe, expect, it } from 'vitest'
import { withUnicode } from '../src/terminal/attempt-line.js'

describe('withUnicode', () => {
  it.each([
    ['_pstorage._tcp.c.a.test @127.0.0.1:53', '_pstorage._tcp.c.a.test @127.0.0.1:53'],
    [
      '_pstorage._tcp.c.xn--bcher-kva.test @127.0.0.1:53',
      '_pstorage._tcp.c.xn--bcher-kva.test (bücher.test) @127.0.0.1:53',
    ],
    ['pstorage_clusters.XN--BCHER-KVA.test', 'pstorage_clusters.XN--BCHER-KVA.test (bücher.test)'],
    ['xn--zzzzzzzz.test', 'xn--zzzzzzzz.test'],
    ['axn--bcher-kva.test', 'axn--bcher-kva.test'],
  ])('%s', (text, shown) => {
    expect(withUnicode(text)).toBe(shown)
  })
})
