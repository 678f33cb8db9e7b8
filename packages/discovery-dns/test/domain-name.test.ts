import { nameToText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { domainText, parseDomain, parseLabels, searchDomainFault } from '../src/config/domain-name.js'

const accepted: readonly (readonly [text: string, name: string])[] = [
  ['a.test', 'a.test'],
  ['Example.ORG.', 'Example.ORG'],
  ['lan', 'lan'],
  ['_tcp.corp_1.a-b.test', '_tcp.corp_1.a-b.test'],
  ['10.in-addr.arpa', '10.in-addr.arpa'],
  ['a--b.test', 'a--b.test'],
  ['xn--bcher-kva.test', 'xn--bcher-kva.test'],
  ['xn--zzzzzzzz.test', 'xn--zzzzzzzz.test'],
  [`${'x'.repeat(63)}.test`, `${'x'.repeat(63)}.test`],
  [Array(127).fill('a').join('.'), Array(127).fill('a').join('.')],
  ['bücher.test', 'xn--bcher-kva.test'],
  ['BÜCHER.Test.', 'xn--bcher-kva.test'],
  ['bu\u0308cher.test', 'xn--bcher-kva.test'],
  ['b\uff55\u0308cher\u3002test', 'xn--bcher-kva.test'],
  ['straße.test', 'xn--strae-oqa.test'],
  ['ΣΑΣ.test', 'xn--mxa9ab.test'],
  ['l·l.test', 'xn--ll-0ea.test'],
  ['نامه\u200cای.test', 'xn--mgba3gch31f060k.test'],
  ['_ü.例え.テスト', 'xn--_-eha.xn--r8jz45g.xn--zckzah'],
]

interface Refused {
  readonly text: unknown
  readonly reason: RegExp
  readonly domains?: readonly string[]
  readonly servers?: readonly string[]
}

const character = /cannot stand in a domain/
const address = /it is an address/
const empty = /a label is empty/
const refused: readonly Refused[] = [
  { text: 'a.test,b.test', reason: /',' cannot stand in a domain/, domains: ['a.test', 'b.test'] },
  { text: 'a.test, b.test', reason: character, domains: ['a.test', 'b.test'] },
  { text: 'a.test;b.test a.test', reason: character, domains: ['a.test', 'b.test'] },
  { text: 'a.test ', reason: /' ' cannot/, domains: ['a.test'] },
  { text: '\ta.test\n', reason: /'\\x09' cannot/, domains: ['a.test'] },
  { text: 'a.test\u00a0', reason: character, domains: ['a.test'] },
  { text: 'a.test:53', reason: character, domains: ['a.test'] },
  { text: '@a.test', reason: character, domains: ['a.test'] },
  { text: 'root@a.test', reason: character, domains: ['a.test'] },
  { text: 'Root <root@a.test>', reason: character },
  { text: 'https://a.test', reason: character, domains: ['a.test'] },
  { text: 'https://root:secret@a.test:8443/x@y?z#1', reason: character, domains: ['a.test'] },
  { text: 'a.test/x', reason: character, domains: ['a.test'] },
  { text: '/etc/resolv.conf', reason: character },
  { text: '"a.test"', reason: character, domains: ['a.test'] },
  { text: "'a.test'", reason: character, domains: ['a.test'] },
  { text: '\u201ca.test\u201d', reason: character, domains: ['a.test'] },
  { text: '~a.test', reason: character, domains: ['a.test'] },
  { text: '~.', reason: character },
  { text: '*.a.test', reason: character, domains: ['a.test'] },
  { text: 'search a.test', reason: character, domains: ['a.test'] },
  { text: '--domain=a.test', reason: character, domains: ['a.test'] },
  { text: '127.0.0.1', reason: address, servers: ['127.0.0.1'] },
  { text: '127.0.0.1:5353', reason: address, servers: ['127.0.0.1:5353'] },
  { text: '@127.0.0.1', reason: character, servers: ['127.0.0.1'] },
  { text: 'a.test@127.0.0.1', reason: character, servers: ['127.0.0.1'] },
  { text: '::1', reason: address, servers: ['::1'] },
  { text: '[::1]', reason: address, servers: ['::1'] },
  { text: '[::1]:53', reason: address, servers: ['[::1]:53'] },
  { text: 'fe80::1%eth0', reason: address, servers: ['fe80::1%eth0'] },
  { text: 'a.test 127.0.0.1', reason: character, domains: ['a.test'], servers: ['127.0.0.1'] },
  { text: '127.1', reason: /its last label is a number/ },
  { text: 'a.0x7f', reason: /its last label is a number/ },
  { text: '２.test.１', reason: /last label is a number|not an internationalized/ },
  { text: '$(hostname -d)', reason: character },
  { text: '$' + '{DOMAIN}', reason: character },
  { text: 'a.test; rm -rf /', reason: character },
  { text: 'a\\.b.test', reason: character },
  { text: '\\097.test', reason: character },
  { text: 'a.test\\', reason: character, domains: ['a.test'] },
  { text: '\u001b[2J', reason: /'\\x1b' cannot/ },
  { text: 'a\0.test', reason: character },
  { text: '', reason: /it is empty/ },
  { text: '.', reason: /not at the root/ },
  { text: '..', reason: empty },
  { text: 'a..test', reason: empty, domains: ['a.test'] },
  { text: '.a.test', reason: empty, domains: ['a.test'] },
  { text: 'a.test..', reason: empty, domains: ['a.test'] },
  { text: '--', reason: /begins or ends with "-"/ },
  { text: '-a.test', reason: /begins or ends with "-"/ },
  { text: 'a-.test', reason: /begins or ends with "-"/ },
  { text: 'ü-.test', reason: /begins or ends with "-"/ },
  { text: 'a\u2010b.test', reason: character, domains: ['a-b.test'] },
  { text: `${'x'.repeat(64)}.test`, reason: /a label has 64 characters/ },
  { text: `${'ü'.repeat(63)}.test`, reason: /a label has \d+ characters/ },
  { text: Array(128).fill('a').join('.'), reason: /it has 255 characters/ },
  { text: 'a\u00adb.test', reason: character },
  { text: 'a\u200bb.test', reason: character },
  { text: 'ü\u202e.test', reason: character },
  { text: '😀.test', reason: character },
  { text: '℀.test', reason: character },
  { text: 'a%2eb.ü', reason: character },
  { text: 'ﬁü.test', reason: /not an internationalized/ },
  { text: 'ẞ.ª', reason: /not an internationalized/ },
  { text: 'xn--ü.test', reason: /not an internationalized/ },
  { text: '\u0301a.test', reason: /not an internationalized/ },
  { text: '１２７.0.0.1', reason: /not an internationalized|an address|a number/ },
  { text: Array(12).fill('a.test').join(' '), reason: character },
  { text: undefined, reason: /not a string/ },
  { text: 7, reason: /not a string/ },
]

describe('parseDomain', () => {
  it.each(accepted)('takes %j for %s', (text, name) => {
    expect(nameToText(parseDomain(text))).toBe(name)
    expect(searchDomainFault(text)).toBeUndefined()
  })

  it.each(refused)('refuses $text', ({ text, reason, domains = [], servers = [] }) => {
    expect(searchDomainFault(text as string)).toEqual({ reason: expect.stringMatching(reason), domains, servers })
    expect(() => parseDomain(text as string)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringMatching(reason) }),
    )
  })

  it('says what may have been meant', () => {
    expect(() => parseDomain('a.test,b.test')).toThrow(/did you mean a\.test and b\.test$/)
    expect(() => parseDomain('127.0.0.1')).toThrow(/did you mean the name server 127\.0\.0\.1$/)
  })
})

describe('parseLabels', () => {
  it('takes labels that end in a number', () => {
    expect(parseLabels('clusters.2024')).toEqual(['clusters', '2024'])
  })

  it.each(['', '.', 'a..b', 'a,b', 'a b'])('refuses %j', (text) => {
    expect(() => parseLabels(text)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})

describe('domainText', () => {
  it.each([
    [['a', 'test'], 'a.test'],
    [['xn--bcher-kva', 'test'], 'bücher.test (xn--bcher-kva.test)'],
    [['XN--BCHER-KVA', 'test'], 'bücher.test (XN--BCHER-KVA.test)'],
    [['xn--zzzzzzzz', 'test'], 'xn--zzzzzzzz.test'],
    // What could be mistaken for something else stays as it is.
    [['xn--e28h', 'test'], 'xn--e28h.test'],
  ])('shows %j as %s', (name, text) => {
    expect(domainText(name)).toBe(text)
  })
})
