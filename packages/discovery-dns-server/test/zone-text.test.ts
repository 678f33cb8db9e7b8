import { recordTypeName, wireNameFromText, wireNameToText } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { NameServerError } from '../src/name-server-error.js'
import { readZoneText } from '../src/zone/zone-text.js'
import { manPageZone } from './fixtures/man-page-zone.js'

const origin = wireNameFromText('pstorage.test', '\0')

const records = (text: string) =>
  Array.from(readZoneText(text, origin), ({ owner, ttl, type, data }) => {
    return `${wireNameToText(owner)} ${ttl} ${recordTypeName(type)} ${Buffer.from(data, 'latin1').toString('hex')}`
  })

const a1 = 'A 0a000001'
const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

describe('zone text that is read', () => {
  const rows: [name: string, text: string, expected: string[]][] = [
    ['nothing', '', []],
    ['blank lines and comments', '\n  \t\n; a comment\n   ; another ( "\n', []],
    ['owner, TTL, class, type', 'a 60 IN A 10.0.0.1', [`a.pstorage.test 60 ${a1}`]],
    ['class before TTL', 'a IN 60 A 10.0.0.1', [`a.pstorage.test 60 ${a1}`]],
    ['types and classes in any case', 'a 60 in a 10.0.0.1', [`a.pstorage.test 60 ${a1}`]],
    [
      'no final newline, CRLF, lone CR',
      'a 60 A 10.0.0.1\r\nb A 10.0.0.1\rc A 10.0.0.1',
      [`a.pstorage.test 60 ${a1}`, `b.pstorage.test 60 ${a1}`, `c.pstorage.test 60 ${a1}`],
    ],
    ['a byte order mark', '\ufeffa 60 A 10.0.0.1', [`a.pstorage.test 60 ${a1}`]],
    ['$TTL with units of BIND', '$TTL 1h30M\na A 10.0.0.1', [`a.pstorage.test 5400 ${a1}`]],
    [
      '$TTL again',
      '$TTL 1W\na A 10.0.0.1\n$ttl 2\nb A 10.0.0.1',
      [`a.pstorage.test 604800 ${a1}`, `b.pstorage.test 2 ${a1}`],
    ],
    [
      '$TTL before the last explicit TTL',
      '$TTL 9\na 60 A 10.0.0.1\nb A 10.0.0.1',
      [`a.pstorage.test 60 ${a1}`, `b.pstorage.test 9 ${a1}`],
    ],
    [
      'the TTL of the record before',
      'a 60 A 10.0.0.1\nb A 10.0.0.1',
      [`a.pstorage.test 60 ${a1}`, `b.pstorage.test 60 ${a1}`],
    ],
    [
      'an SOA record that says the TTL by its MINIMUM',
      '@ SOA . . 1 2 3 4 5\na A 10.0.0.1',
      [
        `pstorage.test 5 SOA ${'00'.repeat(2)}${[1, 2, 3, 4, 5].map((n) => `0000000${n}`).join('')}`,
        `a.pstorage.test 5 ${a1}`,
      ],
    ],
    [
      'a TTL of 0 and the greatest',
      'a 0 A 10.0.0.1\nb 2147483647 A 10.0.0.1',
      [`a.pstorage.test 0 ${a1}`, `b.pstorage.test 2147483647 ${a1}`],
    ],
    [
      'CONF-3: a text that only looks like generic RDATA',
      'a 60 TXT "\\#" 1 00\na TXT \\035 1\na TXT b \\# 1',
      [
        ['#', '1', '00'],
        ['#', '1'],
        ['b', '#', '1'],
      ].map((strings) => {
        return `a.pstorage.test 60 TXT ${strings.map((text) => `0${text.length}${hex(text)}`).join('')}`
      }),
    ],
    ['an omitted owner', 'a 60 A 10.0.0.1\n A 10.0.0.1\n\tA 10.0.0.1', Array(3).fill(`a.pstorage.test 60 ${a1}`)],
    [
      'an omitted owner after a comment and a directive',
      'a 60 A 10.0.0.1\n; x\n$ORIGIN b\n A 10.0.0.1',
      [`a.pstorage.test 60 ${a1}`, `a.pstorage.test 60 ${a1}`],
    ],
    [
      'owners that look like a TTL, a class, a type',
      '300 60 A 10.0.0.1\nIN A 10.0.0.1\nA A 10.0.0.1',
      [`300.pstorage.test 60 ${a1}`, `IN.pstorage.test 60 ${a1}`, `A.pstorage.test 60 ${a1}`],
    ],
    ['an absolute owner', 'a.pstorage.test. 60 A 10.0.0.1', [`a.pstorage.test 60 ${a1}`]],
    ['@', '@ 60 NS @', [`pstorage.test 60 NS ${hex('\x08pstorage\x04test\0')}`]],
    [
      '$ORIGIN, relative and absolute',
      '$ORIGIN sub\n@ 60 A 10.0.0.1\n$ORIGIN other.test.\na 60 A 10.0.0.1',
      [`sub.pstorage.test 60 ${a1}`, `a.other.test 60 ${a1}`],
    ],
    ['parentheses over lines, with comments', 'a 60 ( IN ; why\n\n A\n10.0.0.1 ) ; done', [`a.pstorage.test 60 ${a1}`]],
    ['parentheses without blanks, nested', 'a 60 TXT("x"(y))', [`a.pstorage.test 60 TXT ${hex('\x01x\x01y')}`]],
    [
      'quoted strings with ; ( ) and blanks',
      'a 60 TXT "a;b (c)" d',
      [`a.pstorage.test 60 TXT ${hex('\x07a;b (c)\x01d')}`],
    ],
    ['strings back to back', 'a 60 TXT "a""b"c', [`a.pstorage.test 60 TXT ${hex('\x01a\x01b\x01c')}`]],
    [
      'escapes in strings',
      'a 60 TXT "\\"\\\\\\000\\255\\;" \\"x',
      [`a.pstorage.test 60 TXT ${hex('\x05"\\\0\xff;\x02"x')}`],
    ],
    ['an empty string', 'a 60 TXT ""', [`a.pstorage.test 60 TXT 00`]],
    ['UTF-8 in strings', 'a 60 TXT "ж"', [`a.pstorage.test 60 TXT ${hex('\x02\xd0\xb6')}`]],
    [
      'a string of 255 bytes',
      `a 60 TXT ${'x'.repeat(255)}`,
      [`a.pstorage.test 60 TXT ${hex(`\xff${'x'.repeat(255)}`)}`],
    ],
    ['escapes in names', 'a\\.b\\032c\\; 60 A 10.0.0.1', [`a\\.b\\032c\\;.pstorage.test 60 ${a1}`]],
    [
      'an escaped @ and $',
      '\\@ 60 A 10.0.0.1\n\\$TTL A 10.0.0.1',
      [`\\@.pstorage.test 60 ${a1}`, `\\$TTL.pstorage.test 60 ${a1}`],
    ],
    ['a name that ends in an escaped dot', 'a\\. 60 A 10.0.0.1', [`a\\..pstorage.test 60 ${a1}`]],
    ['UTF-8 in names', 'ж 60 A 10.0.0.1', [`\\208\\182.pstorage.test 60 ${a1}`]],
    ['white space that parts no words', 'a\u00a0b\f 60 A 10.0.0.1', [`a\\194\\160b\\012.pstorage.test 60 ${a1}`]],
    ['a wildcard', '* 60 A 10.0.0.1', [`*.pstorage.test 60 ${a1}`]],
    [
      'SRV',
      '_s._tcp.a 60 SRV 1 2 65535 b',
      [`_s._tcp.a.pstorage.test 60 SRV ${hex('\0\x01\0\x02\xff\xff\x01b\x08pstorage\x04test\0')}`],
    ],
    ['SRV with no service', 'a 60 SRV 0 0 0 .', [`a.pstorage.test 60 SRV 00000000000000`]],
    ['AAAA', 'a 60 AAAA 2001:DB8::1', [`a.pstorage.test 60 AAAA 20010db8000000000000000000000001`]],
    [
      'AAAA with IPv4 in it',
      'a 60 AAAA ::ffff:192.0.2.1',
      [`a.pstorage.test 60 AAAA 00000000000000000000ffffc0000201`],
    ],
    [
      'CNAME and PTR',
      'a 60 CNAME b.\nc PTR d.',
      [`a.pstorage.test 60 CNAME ${hex('\x01b\0')}`, `c.pstorage.test 60 PTR ${hex('\x01d\0')}`],
    ],
  ]
  test.each(rows)('%s', (_name, text, expected) => {
    expect(records(text)).toEqual(expected)
  })

  test('the zone of the manual page', () => {
    const lines = records(manPageZone)
    expect(lines).toHaveLength(16)
    expect(lines.at(-1)).toBe(
      `_pstorage._tcp.my-second-cluster.pstorage.test 3600 SRV ${hex('\0\0\0\x01\x09\xce\x02s2\x08pstorage\x04test\0')}`,
    )
  })

  test('100,000 lines', () => {
    const text = `$TTL 60\n${Array.from({ length: 100_000 }, (_, index) => `c${index} SRV 0 1 2510 s ; c\n`).join('')}`
    let count = 0
    for (const _ of readZoneText(text, origin)) count++
    expect(count).toBe(100_000)
  })
})

describe('zone text that is refused', () => {
  const rows: [name: string, text: string, line: number, column: number][] = [
    ['an unknown type', 'a 60 IN MX 10 b', 1, 9],
    ['a type in quotes', 'a 60 "A" 10.0.0.1', 1, 6],
    ...['SOA', 'NS', 'A', 'AAAA', 'CNAME', 'PTR', 'TXT', 'SRV'].flatMap((type) =>
      ['0', '1 00', '4 0A000001', '', 'x'].map((data): (typeof rows)[number] => {
        return [`CONF-3: ${type} with generic RDATA (${data})`, `a 60 ${type} \\# ${data}`, 1, 7 + type.length]
      }),
    ),
    ['CONF-3: generic RDATA in parentheses', 'a 60 TXT (\n  \\# 1\n  00 )', 2, 3],
    ['CONF-3: a generic class', 'a 60 CLASS1 A 10.0.0.1', 1, 6],
    ['CONF-3: a generic type without generic RDATA', 'a 60 TYPE16 "x"', 1, 6],
    ['a generic type', 'a 60 TYPE1 \\# 4 0A000001', 1, 6],
    ['no type', 'a 60 IN ; nothing', 1, 8],
    ['another class', 'a 60 CH TXT x', 1, 6],
    ['a class by number', 'a CLASS3 60 TXT x', 1, 3],
    ['two TTLs', 'a 60 60 A 10.0.0.1', 1, 6],
    ['no TTL at all', 'a A 10.0.0.1', 1, 1],
    ['no owner at all', '$TTL 1\n A 10.0.0.1', 2, 2],
    ['a TTL above 2^31-1', 'a 2147483648 A 10.0.0.1', 1, 3],
    ['a TTL above 2^31-1 by units', 'a 9999W A 10.0.0.1', 1, 3],
    ['$TTL without a value', '$TTL', 1, 5],
    ['$TTL with rubbish', '$TTL 1X', 1, 6],
    ['$TTL with two values', '$TTL 1 2', 1, 8],
    ['$INCLUDE', 'a 60 A 10.0.0.1\n$INCLUDE x', 2, 1],
    ['$GENERATE', '$GENERATE 1-2 a A 10.0.0.$', 1, 1],
    ['"(" without ")"', 'a 60 (\nA 10.0.0.1', 1, 6],
    ['")" without "("', 'a 60 A 10.0.0.1 )', 1, 17],
    ['a quote without its partner', 'a 60 TXT "x\n"', 1, 10],
    ['a quote without its partner at the end', 'a 60 TXT "x', 1, 10],
    ['a backslash at the end', 'a 60 TXT x\\', 1, 11],
    ['a backslash before a line end in quotes', 'a 60 TXT "x\\\n"', 1, 12],
    ['an escape of two digits in a string', 'a 60 TXT "x\\12"', 1, 10],
    ['an escape above 255 in a string', 'a 60 TXT "\\256"', 1, 10],
    ['an escape above 255 in a name', 'a\\256 60 A 10.0.0.1', 1, 1],
    ['a string of 256 bytes', `a 60 TXT ok ${'x'.repeat(256)}`, 1, 13],
    ['a string of 128 characters in 256 bytes', `a 60 TXT "${'ж'.repeat(128)}"`, 1, 10],
    ['TXT without a string', 'a 60 TXT', 1, 9],
    ['TXT of more than a message', `a 60 TXT ${'x'.repeat(255)}${` ${'x'.repeat(255)}`.repeat(254)}`, 1, 1],
    ['an empty label', 'a..b 60 A 10.0.0.1', 1, 1],
    ['a label of 64 bytes', `${'x'.repeat(64)} 60 A 10.0.0.1`, 1, 1],
    ['a name too long with its origin', `${`${'x'.repeat(60)}.`.repeat(4)}a 60 A 10.0.0.1`, 1, 1],
    ['a name in quotes', 'a 60 NS "b"', 1, 9],
    ['an IPv6 address in A', 'a 60 A ::1', 1, 8],
    ['an IPv4 address in AAAA', 'a 60 AAAA 10.0.0.1', 1, 11],
    ['an IPv4 address with an octal look', 'a 60 A 010.0.0.1', 1, 8],
    ['an IPv6 address with a zone', 'a 60 AAAA fe80::1%lo', 1, 11],
    ['a field too many', 'a 60 A 10.0.0.1 10.0.0.2', 1, 17],
    ['a field too few', 'a 60 SRV 0 1 2510', 1, 18],
    ['a port above 65535', 'a 60 SRV 0 1 65536 b', 1, 14],
    ['a negative weight', 'a 60 SRV 0 -1 2510 b', 1, 12],
    ['a serial above 32 bits', '@ 60 SOA a b 4294967296 1 1 1 1', 1, 14],
    ['a serial with a unit', '@ 60 SOA a b 1H 1 1 1 1', 1, 14],
    ['a place behind parentheses', 'a 60 SRV ( 0\n  1\n  x\n  b )', 3, 3],
  ]
  test.each(rows)('%s', (_name, text, line, column) => {
    expect(() => records(text)).toThrow(expect.objectContaining({ code: 'ERR_ZONE_INVALID', line, column }))
  })

  test('the message says where and what, escaped', () => {
    const read = () => records('a 60 \u001b[31m x')
    expect(read).toThrow(NameServerError)
    expect(read).toThrow("zone text, line 1, column 6: type '\\u{1b}[31m' is not one of SOA, NS, A,")
  })
})
