import { describe, expect, test } from 'vitest'
import { checkOptions } from '../src/server/server-options.js'
import { isNewerSerial, nextSerial } from '../src/zone/zone.js'
import { type ZoneContents, ZoneSource } from '../src/zone/zone-source.js'
import { queryBytes } from './support/query-bytes.js'
import { responderOf, response } from './support/responder-of.js'

const half = 2 ** 31
const last = 2 ** 32 - 1

describe('serials go around a circle (RFC 1982)', () => {
  test.each([
    [1, 0, true],
    [0, 1, false],
    [7, 7, false],
    [half - 1, 0, true],
    [half, 0, false],
    [0, half, false],
    [half + 1, 0, false],
    [0, half + 1, true],
    [0, last, true],
    [last, 0, false],
    [44, last - 55, true],
    [half, 1, true],
  ])('%d is newer than %d: %s', (serial, other, newer) => {
    expect(isNewerSerial(serial, other)).toBe(newer)
  })

  test('the next after the last is 0, and newer', () => {
    expect(nextSerial(last)).toBe(0)
    expect(isNewerSerial(nextSerial(last), last)).toBe(true)
  })
})

describe('each zone of a server has a newer serial than the one before', () => {
  const text = (serial: number): ZoneContents => ({ zone: `$TTL 60\n@ SOA ns host ${serial} 11 12 13 14\n NS ns\n` })
  const inventory: ZoneContents = { clusters: [] }
  const rows: [name: string, contents: ZoneContents[], serials: number[]][] = [
    ['inventories', [inventory, inventory, inventory], [1, 2, 3]],
    ['the serial of a text', [text(2_026_080_100)], [2_026_080_100]],
    ['a text with a serial of 0', [text(0)], [0]],
    ['texts that raise it', [text(5), text(9)], [5, 9]],
    ['texts that do not', [text(5), text(5), text(4), text(8)], [5, 6, 7, 8]],
    ['a text that goes past the end', [text(last), text(3)], [last, 3]],
    ['a text at the end, and the same again', [text(last), text(last)], [last, 0]],
    ['a text half of the circle away', [text(1), text(1 + half)], [1, 2]],
    ['an inventory after a text', [text(100), inventory, text(100)], [100, 101, 102]],
    ['an inventory after the last serial', [text(last), inventory], [last, 0]],
  ]
  test.each(rows)('%s', (_name, contents, serials) => {
    const source = new ZoneSource(checkOptions({ origin: 'pstorage.test', clusters: [] }))
    expect(contents.map((each) => source.build(each).serial)).toEqual(serials)
  })

  test('nothing else of the SOA record changes', () => {
    const responder = responderOf({ origin: 'pstorage.test', ...text(5) })
    const source = new ZoneSource(checkOptions({ origin: 'pstorage.test', clusters: [] }))
    source.build(text(5))
    responder.zone = source.build(text(5))
    const [record] = response(responder, queryBytes('pstorage.test', 'SOA')).answers
    expect(record?.data).toEqual({
      kind: 'SOA',
      mname: ['ns', 'pstorage', 'test'],
      rname: ['host', 'pstorage', 'test'],
      serial: 6,
      refresh: 11,
      retry: 12,
      expire: 13,
      minimum: 14,
    })
  })

  test('contents that cannot be served do not count', () => {
    const source = new ZoneSource(checkOptions({ origin: 'pstorage.test', clusters: [] }))
    expect(source.build(text(5)).serial).toBe(5)
    expect(() => source.build({ zone: 'rubbish' })).toThrow()
    expect(source.build(text(5)).serial).toBe(6)
  })
})
