import { describe, expect, it } from 'vitest'
import { parseResolvConf, type ResolvConf } from '../src/index.js'

interface Row {
  readonly what: string
  readonly text: string
  readonly expected: Partial<ResolvConf>
}

const rows: readonly Row[] = [
  { what: 'nothing', text: '', expected: {} },
  { what: 'comments alone', text: '# nameserver 192.0.2.1\n; search a.test\n\n', expected: {} },
  { what: 'a comment behind a value', text: 'search a.test # b.test\n', expected: { search: ['a.test'] } },
  {
    what: 'CRLF, tabs and no final line end',
    text: 'nameserver\t192.0.2.1\r\nsearch  a.test\tb.test\r\noptions rotate',
    expected: { nameservers: ['192.0.2.1'], search: ['a.test', 'b.test'], options: { rotate: true } },
  },
  { what: 'blanks before a keyword', text: '  nameserver 192.0.2.1\n', expected: { nameservers: ['192.0.2.1'] } },
  {
    what: '10 servers, of which 3 are used',
    text: Array.from({ length: 10 }, (_, index) => `nameserver 192.0.2.${index + 1}\n`).join(''),
    expected: { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] },
  },
  {
    what: 'IPv6, also with a zone',
    text: 'nameserver 2001:db8::53\nnameserver fe80::1%eth0\n',
    expected: { nameservers: ['2001:db8::53', 'fe80::1%eth0'] },
  },
  {
    what: 'servers that are no addresses',
    text: 'nameserver\nnameserver ns.example.org\nnameserver 192.0.2.1:53\nnameserver 192.0.2.256\nnameserver 192.0.2.1 x\n',
    expected: { nameservers: ['192.0.2.1'] },
  },
  { what: 'domain', text: 'domain a.test b.test\n', expected: { search: ['a.test'] } },
  {
    what: 'domain, then search',
    text: 'domain a.test\nsearch b.test c.test\n',
    expected: { search: ['b.test', 'c.test'] },
  },
  { what: 'search, then domain', text: 'search b.test c.test\ndomain a.test\n', expected: { search: ['a.test'] } },
  { what: 'two searches', text: 'search a.test\nsearch b.test\n', expected: { search: ['b.test'] } },
  { what: 'search without a value', text: 'search a.test\nsearch\n', expected: { search: ['a.test'] } },
  { what: 'the root', text: 'search .\n', expected: { search: [] } },
  { what: 'the root among others', text: 'search a.test . b.test\n', expected: { search: ['a.test', 'b.test'] } },
  {
    what: 'words that mean nothing',
    text: 'sortlist 192.0.2.0\nNAMESERVER 192.0.2.1\nlookup file bind\n',
    expected: {},
  },
  { what: 'binary rubbish', text: '\0\u0001\ufffd\n', expected: {} },
]

const optionRows: readonly (readonly [words: string, expected: ResolvConf['options']])[] = [
  ['timeout:2', { timeout: 2_000 }],
  ['timeout:0', { timeout: 1_000 }],
  ['timeout:99', { timeout: 30_000 }],
  ['timeout:999999999', { timeout: 30_000 }],
  ['timeout:-1', {}],
  ['timeout:1.5', {}],
  ['timeout:', {}],
  ['timeout', {}],
  ['attempts:3', { attempts: 3 }],
  ['attempts:0', { attempts: 1 }],
  ['attempts:6', { attempts: 5 }],
  ['attempts:x', {}],
  ['rotate use-vc trust-ad', { rotate: true, useVc: true, trustAd: true }],
  ['ndots:5 edns0 single-request no-tld-query no-check-names', {}],
  ['no-aaaa no-reload', { noAaaa: true, noReload: true }],
  ['timeout:2 attempts:1 timeout:3', { timeout: 3_000, attempts: 1 }],
]

describe('parseResolvConf', () => {
  it.each(rows)('DNS-37: reads $what', ({ text, expected }) => {
    expect(parseResolvConf(text)).toEqual({ nameservers: [], search: undefined, options: {}, ...expected })
  })

  it.each(optionRows)('reads options %s', (words, expected) => {
    expect(parseResolvConf(`options ${words}\n`).options).toEqual(expected)
  })

  it('unites several lines of options', () => {
    expect(parseResolvConf('options rotate timeout:2\noptions attempts:4 timeout:5\n').options).toEqual({
      rotate: true,
      timeout: 5_000,
      attempts: 4,
    })
  })
})
