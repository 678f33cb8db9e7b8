import { formatEndpoint } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type ParseBootstrapListOptions, parseBootstrapList } from '../src/index.js'

/** A row says what a list is read as: `endpoint@line:column`, and `code@line:column` without the prefix of the codes. */
interface Row {
  readonly id: string
  readonly what: string
  readonly text: string
  readonly options?: ParseBootstrapListOptions
  readonly entries?: readonly string[]
  readonly warnings?: readonly string[]
}

const good = '10.0.0.9:2510'
const invalid = ['entry-invalid@1:1']

const grammar: readonly Row[] = [
  {
    id: 'MAN',
    what: 'the example of the manual page',
    text: '# comment\n192.168.1.1:2510, 192.168.1.2:2510\n192.168.1.3:2510\n',
    options: { strict: true },
    entries: ['192.168.1.1:2510@2:1', '192.168.1.2:2510@2:19', '192.168.1.3:2510@3:1'],
  },
  {
    id: 'MAN',
    what: 'all separators, strictly',
    text: '10.0.0.1:1,10.0.0.2:2 10.0.0.3:3\t10.0.0.4:4;10.0.0.5:5',
    options: { strict: true },
    entries: ['10.0.0.1:1@1:1', '10.0.0.2:2@1:12', '10.0.0.3:3@1:23', '10.0.0.4:4@1:34', '10.0.0.5:5@1:45'],
  },
  { id: 'BS-1', what: 'a byte order mark', text: `\ufeff${good}`, entries: [`${good}@1:1`] },
  { id: 'BS-1', what: 'a byte order mark before a comment', text: `\ufeff# x\n${good}`, entries: [`${good}@2:1`] },
  {
    id: 'BS-1',
    what: 'a byte order mark in the middle',
    text: `${good}\n\ufeff10.0.0.1:1`,
    entries: [`${good}@1:1`],
    warnings: ['entry-invalid@2:1'],
  },
  { id: 'BS-2', what: 'CRLF', text: '10.0.0.1:1\r\n10.0.0.2:2\r\n', entries: ['10.0.0.1:1@1:1', '10.0.0.2:2@2:1'] },
  { id: 'BS-2', what: 'a lone CR', text: '10.0.0.1:1\r10.0.0.2:2\r', entries: ['10.0.0.1:1@1:1', '10.0.0.2:2@2:1'] },
  { id: 'BS-2', what: 'LF CR', text: '10.0.0.1:1\n\r10.0.0.2:2', entries: ['10.0.0.1:1@1:1', '10.0.0.2:2@3:1'] },
  { id: 'BS-2', what: 'no final newline', text: `\n\n${good}`, entries: [`${good}@3:1`] },
  ...['\v', '\f', '\u00a0', '\u2028', '\u2029', '\u0085', '\u3000', '\u200b'].map((character) => ({
    id: 'BS-2',
    what: `U+${character.charCodeAt(0).toString(16)} does not separate`,
    text: `10.0.0.1:1${character}10.0.0.2:2 ${good}`,
    entries: [`${good}@1:23`],
    warnings: invalid,
  })),
  { id: 'BS-3', what: 'a leading #', text: `#${good}\n#\n# x # y`, options: { strict: true } },
  { id: 'BS-3', what: 'blanks before #', text: ` \t # ${good}` },
  { id: 'BS-3', what: 'blanks before # on a later line', text: `${good}\n \t # x`, entries: [`${good}@1:1`] },
  {
    id: 'BS-3',
    what: 'blanks before #, strictly',
    text: ` # ${good}`,
    options: { strict: true },
    warnings: ['comment-trailing@1:2'],
  },
  {
    id: 'BS-3',
    what: 'a trailing comment, with an address in it',
    text: `10.0.0.1:1 # ${good}\n10.0.0.2:2`,
    entries: ['10.0.0.1:1@1:1', '10.0.0.2:2@2:1'],
    warnings: ['comment-trailing@1:12'],
  },
  { id: 'BS-3', what: 'a comment after a comma', text: `,# ${good}`, warnings: ['comment-trailing@1:2'] },
  {
    id: 'BS-3',
    what: '# in the middle of an entry',
    text: `10.0.0.1:1#x ${good}`,
    entries: [`${good}@1:14`],
    warnings: invalid,
  },
  { id: 'BS-4', what: 'empty entries', text: ` ,,;;\t ${good},;, \n;`, entries: [`${good}@1:8`] },
  { id: 'BS-5', what: 'no port', text: '10.0.0.1', entries: ['10.0.0.1:2510@1:1'] },
  {
    id: 'BS-5',
    what: 'no port, another default',
    text: '10.0.0.1',
    options: { defaultPort: 7 },
    entries: ['10.0.0.1:7@1:1'],
  },
  {
    id: 'BS-5',
    what: 'no port, strictly',
    text: `10.0.0.1\n${good}`,
    options: { strict: true },
    entries: [`${good}@2:1`],
    warnings: invalid,
  },
  ...[
    '0',
    '65536',
    '-1',
    '+2510',
    '2510.0',
    '0x9CE',
    '1e3',
    '2510abc',
    '\u0662\u0665\u0661\u0660',
    '02510',
    '',
    '99999',
    '123456',
    ':1',
    '1:2',
    '1.2',
  ].flatMap((port) =>
    ['10.0.0.1', '[2001:db8::1]'].map((address) => ({
      id: 'BS-6',
      what: `port ${JSON.stringify(port)} of ${address}`,
      text: `${address}:${port}\n${good}`,
      entries: [`${good}@2:1`],
      warnings: invalid,
    })),
  ),
  {
    id: 'BS-6',
    what: 'the lowest and the highest port',
    text: '10.0.0.1:1 10.0.0.1:65535\n[2001:db8::1]:1 [2001:db8::1]:65535',
    entries: ['10.0.0.1:1@1:1', '10.0.0.1:65535@1:12', '[2001:db8::1]:1@2:1', '[2001:db8::1]:65535@2:17'],
  },
  ...[
    '192.168.001.001',
    '1.2.3',
    '0300.1.1.1',
    '\uff11\uff10.0.0.1',
    '256.1.1.1',
    '1.2.3.4.5',
    '1..2.3',
    '.1.2.3.4',
    '1.2.3.4.',
    '0x7f.1.1.1',
    '16909060',
    '1.2.3.1000',
    '1.2.3.256',
    '1.2.3.',
    '1.2.3.4x80',
  ].flatMap((address) =>
    [address, `${address}:2510`].map((text) => ({
      id: 'BS-7',
      what: `address ${JSON.stringify(text)}`,
      text: `${text}\n${good}`,
      entries: [`${good}@2:1`],
      warnings: invalid,
    })),
  ),
  { id: 'BS-7', what: 'the highest address', text: '223.255.255.255', entries: ['223.255.255.255:2510@1:1'] },
  { id: 'BS-8', what: 'IPv6 in brackets', text: '[2001:db8::1]:7', entries: ['[2001:db8::1]:7@1:1'] },
  { id: 'BS-8', what: 'IPv6 in brackets without a port', text: '[2001:DB8:0::1]', entries: ['[2001:db8::1]:2510@1:1'] },
  {
    id: 'BS-8',
    what: 'IPv6 in brackets, strictly',
    text: '[2001:db8::1]:7',
    options: { strict: true },
    warnings: invalid,
  },
  { id: 'BS-8', what: 'a zone is kept', text: '[fe80::1%eth0]:7', entries: ['[fe80::1%eth0]:7@1:1'] },
  {
    id: 'BS-8',
    what: 'link-local without a zone',
    text: '[fe80::1]:7',
    entries: ['[fe80::1]:7@1:1'],
    warnings: ['address-local@1:1'],
  },
  { id: 'BS-8', what: 'IPv6 loopback', text: '[::1]:7', entries: ['[::1]:7@1:1'], warnings: ['address-local@1:1'] },
  { id: 'BS-8', what: 'an IPv4-mapped address', text: '[::ffff:10.0.0.1]:7', entries: ['10.0.0.1:7@1:1'] },
  ...[
    '::1:2510',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
    '2001:db8::1',
    '[10.0.0.1]:7',
    '[::1',
    '[::1]7',
    '[::1]77',
    '[]:7',
    '[::1]:',
    '[::1%]:7',
  ].map((text) => ({
    id: 'BS-8',
    what: `${text} is ambiguous or broken`,
    text,
    warnings: invalid,
  })),
  ...['mds1:2510', 'mds1', 'mds1.example.org:2510', 'localhost'].map((text) => ({
    id: 'BS-9',
    what: `the host name ${text}`,
    text,
    warnings: invalid,
  })),
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '255.255.255.255',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '[::]',
    '[ff02::1]',
    '[::ffff:224.0.0.1]',
  ].map((address) => ({
    id: 'BS-10',
    what: `${address} is no server`,
    text: `${address}:2510`,
    warnings: ['address-refused@1:1'],
  })),
  ...['127.0.0.1', '127.255.0.1', '169.254.1.1'].map((address) => ({
    id: 'BS-10',
    what: `${address} is this host or link`,
    text: `${address}:2510`,
    entries: [`${address}:2510@1:1`],
    warnings: ['address-local@1:1'],
  })),
  {
    id: 'BS-10',
    what: 'what only looks like one of these',
    text: '169.253.0.1:1 126.0.0.1:1 223.0.0.1:1',
    entries: ['169.253.0.1:1@1:1', '126.0.0.1:1@1:15', '223.0.0.1:1@1:27'],
  },
  {
    id: 'BS-11',
    what: 'duplicates, however written',
    text: '10.0.0.2:1 10.0.0.1\n10.0.0.1:2510 [::ffff:10.0.0.1]:2510 10.0.0.1:3 10.0.0.2:1 10.0.0.1:3 10.0.0.1:4 10.0.0.1:4',
    entries: ['10.0.0.2:1@1:1', '10.0.0.1:2510@1:12', '10.0.0.1:3@2:38', '10.0.0.1:4@2:71'],
  },
  {
    id: 'BS-11',
    what: 'duplicates of an address with two ports',
    text: '10.0.0.1:1,10.0.0.1:2,10.0.0.1:2,10.0.0.1:1',
    entries: ['10.0.0.1:1@1:1', '10.0.0.1:2@1:12'],
  },
  {
    id: 'BS-11',
    what: 'IPv6 duplicates, however written',
    text: '[2001:db8::1] [2001:DB8:0:0::1]:2510 [2001:db8::1]:1',
    entries: ['[2001:db8::1]:2510@1:1', '[2001:db8::1]:1@1:38'],
  },
  {
    id: 'BS-12',
    what: 'NUL bytes',
    text: `\0\n10.0.0.1\0:1\n${good}`,
    entries: [`${good}@3:1`],
    warnings: ['entry-invalid@1:1', 'entry-invalid@2:1'],
  },
  { id: 'BS-12', what: 'what was no UTF-8', text: `\ufffd\ufffd ${good}`, entries: [`${good}@1:4`], warnings: invalid },
  { id: 'BS-12', what: 'a lone surrogate', text: `\ud800 ${good}`, entries: [`${good}@1:3`], warnings: invalid },
  { id: 'BS-15', what: 'nothing', text: '' },
  { id: 'BS-15', what: 'comments and blank lines', text: '# a\n\n \t\n,;\n# b' },
  {
    id: 'LIMIT',
    what: 'more entries than allowed, good, bad or twice',
    text: '10.0.0.1 x 10.0.0.1\n10.0.0.2 10.0.0.3',
    options: { maxEntries: 3 },
    entries: ['10.0.0.1:2510@1:1'],
    warnings: ['entry-invalid@1:10', 'too-many-entries@2:1'],
  },
  {
    id: 'LIMIT',
    what: 'as many entries as allowed',
    text: '10.0.0.1 10.0.0.2',
    options: { maxEntries: 2 },
    entries: ['10.0.0.1:2510@1:1', '10.0.0.2:2510@1:10'],
  },
]

describe('parseBootstrapList', () => {
  it.each(grammar)('$id: $what', ({ text, options = {}, entries = [], warnings = [] }) => {
    const list = parseBootstrapList(text, options)
    expect(list.entries.map((entry) => `${formatEndpoint(entry.endpoint)}@${entry.line}:${entry.column}`)).toEqual(
      entries,
    )
    expect(list.warnings.map(({ code, line, column }) => `${code}@${line}:${column}`)).toEqual(
      warnings.map((warning) => `bootstrap-${warning}`),
    )
  })

  it('says nothing about what a list cannot know', () => {
    expect(parseBootstrapList(good).entries).toEqual([
      {
        endpoint: { address: '10.0.0.9', port: 2510, host: null, priority: null, weight: null, ttl: null },
        line: 1,
        column: 1,
      },
    ])
  })

  it.each([
    ['the file, the line and the column', '\n x', { file: '/etc/c/bs.list' }, /^\/etc\/c\/bs\.list:2:2: .*'x'/],
    ['the line and the column', '\n x', {}, /^line 2, column 2: .*'x'/],
    ['no raw control characters of the file name', 'x', { file: '/a\u001b[31m' }, /^\/a\\x1b\[31m:1:1: /],
    ['no raw control characters of the entry', '\u001b[31m\u202e', {}, /'\\x1b\[31m\\u\{202e\}'/],
    ['no more of the entry than fits a line', 'x'.repeat(1000), {}, /^.{50,200}$/],
    ['what a host name should be', 'mds1:2510', {}, /host name.*IP address/],
    ['where brackets belong', '2001:db8::1', {}, /in brackets/],
    ['the port that is missing', '10.0.0.1', { strict: true }, /'10\.0\.0\.1:2510'/],
    ['that brackets are an extension', '[::1]:1', { strict: true }, /no brackets/],
    [
      'no more of what is in brackets than fits a line',
      `[fe80:0:0:0:0:0:0:1%${'x'.repeat(64)}]:1`,
      { strict: true },
      /x\.\.\.': /,
    ],
    ['nothing else where the characters are usual', 'mds1:2510', {}, /^[^;]*$/],
    ['look-alike separators', '10.0.0.1\u00a010.0.0.2', {}, /U\+00A0 does not separate/],
    ['look-alike digits', '\uff11\uff10.0.0.1', {}, /U\+FF11 is a digit of another script/],
    ['look-alike punctuation', '10.0.0.1\uff1a2510', {}, /U\+FF1A is not the ASCII ":"/],
    ['look-alike minus signs', '10.0.0.1\u221210.0.0.9', {}, /U\+2212 is not the ASCII "-"/],
    ['invisible characters', '\u200b10.0.0.1', {}, /invisible character U\+200B/],
    ['any other character', '10.0.0.1é', {}, /the character U\+00E9/],
    ['a character that stands for several', '10.0.0.1\ufb01', {}, /the character U\+FB01/],
    ['bytes that were no text', '10.0.0.1\ufffd', {}, /not UTF-8/],
    ['why an address is refused', '0.0.0.0:1', {}, /'0\.0\.0\.0:1' is .*; ignored/],
    ['why an address is doubtful', '127.0.0.1', {}, /'127\.0\.0\.1' is a loopback address/],
    ['what a trailing comment costs', '10.0.0.1 # x', {}, /ignored from "#" on/],
  ] as const)('names %s', (_, text, options, message) => {
    expect(parseBootstrapList(text, options).warnings[0]?.message).toMatch(message)
  })

  it.each([{ defaultPort: 1 }, { defaultPort: 65_535 }, { maxEntries: 1 }, { maxEntries: Number.POSITIVE_INFINITY }])(
    'takes the options %j',
    (options) => {
      expect(parseBootstrapList('10.0.0.1', options).entries).toHaveLength(1)
    },
  )

  it.each([
    { defaultPort: 0 },
    { defaultPort: 65_536 },
    { defaultPort: 2.5 },
    { maxEntries: 0 },
    { maxEntries: Number.NaN },
    { maxEntreis: 5 } as never,
  ])('refuses the options %j', (options) => {
    expect(() => parseBootstrapList('', options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})
