import { describe, expect, it } from 'vitest'
import { parseNameServer } from '../src/config/name-server.js'

const rows: readonly (readonly [text: string, address: string, port: number, shown: string])[] = [
  ['192.0.2.1', '192.0.2.1', 53, '192.0.2.1:53'],
  ['192.0.2.1:5353', '192.0.2.1', 5353, '192.0.2.1:5353'],
  ['2001:DB8::0:53', '2001:db8::53', 53, '[2001:db8::53]:53'],
  ['::1', '::1', 53, '[::1]:53'],
  ['[::1]', '::1', 53, '[::1]:53'],
  ['[::1]:5353', '::1', 5353, '[::1]:5353'],
  ['::ffff:192.0.2.1', '192.0.2.1', 53, '192.0.2.1:53'],
  ['fe80::1%eth0', 'fe80::1%eth0', 53, '[fe80::1%eth0]:53'],
  ['[fe80::1%eth0]:5353', 'fe80::1%eth0', 5353, '[fe80::1%eth0]:5353'],
]

const refused: readonly unknown[] = [
  '',
  ' ',
  'ns.example.org',
  'ns.example.org:53',
  '192.0.2',
  '192.0.2.1:',
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '192.0.2.1:53 ',
  ' 192.0.2.1',
  '[::1]:x',
  '[::1',
  '[192.0.2.1]:53',
  '\u001b[31m',
  undefined,
  53,
]

describe('parseNameServer', () => {
  it.each(rows)('reads %s', (text, address, port, shown) => {
    expect(parseNameServer(text)).toEqual({ address, port, text: shown })
  })

  it.each([
    ['@192.0.2.1', '192.0.2.1'],
    ['192.0.2.1#53', '192.0.2.1:53'],
    ['@192.0.2.1#5353', '192.0.2.1:5353'],
    ['2001:DB8::1@853', '[2001:db8::1]:853'],
  ])('says what is meant by %j', (text, meant) => {
    expect(() => parseNameServer(text)).toThrow(`; did you mean ${meant}`)
  })

  it.each(refused)('refuses %j', (text) => {
    // What a caller without types may give.
    expect(() => parseNameServer(text as string)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})
