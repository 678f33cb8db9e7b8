import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commands, firewallLooks, shellText, shellWord } from '../../src/checks/index.js'

const run = (command: string, shell = 'bash'): string => execFileSync(shell, ['-c', command], { encoding: 'utf8' })

describe('a word of a shell', () => {
  it.each([
    { id: 'plain', text: '/etc/pstorage/clusters/c-1/bs.list' },
    { id: 'blank', text: '/tmp/a b' },
    { id: 'quotes', text: `it's "so" $HOME \`id\`` },
    { id: 'empty', text: '' },
    { id: 'newline and escape', text: '/tmp/\u001b[31m\nx' },
    { id: 'newline at the end', text: 'prod\n' },
    { id: 'digits behind an escape', text: '\u00017' },
    { id: 'quote and backslash behind an escape', text: `\n'\\n'` },
    { id: 'last of the printable, and the one behind', text: ' ~\u007f' },
    { id: 'unicode', text: '/tmp/my\u2212cluster\u202e' },
    { id: 'backslash', text: 'a\\nb' },
  ])('stands for the text: $id', ({ text }) => {
    const word = shellWord(text) ?? ''
    expect(word).toMatch(/^[\x20-\x7e]+$/)
    expect(run(`printf '[%s]' ${word}`)).toBe(`[${text}]`)
  })

  it.each([
    { id: 'a quote, and a comment behind the rest', text: `a'; printf pwned; #\n` },
    { id: 'two quotes', text: `a'; printf pwned; '\n` },
    { id: 'a backslash at the end', text: '\n\\' },
    { id: 'a substitution', text: '\n$(printf pwned)`printf pwned`' },
  ])('is one word to a shell without such quotes: $id', ({ text }) => {
    expect(run(`printf '[%s]' ${shellWord(text)}`, 'dash')).toMatch(/^\[\$.*\]$/s)
    expect(run(`printf '[%s]' ${shellWord(text)}`)).toBe(`[${text}]`)
  })

  it('takes the escapes only where they are needed', () => {
    expect([shellWord('a-b'), shellWord('a b'), shellWord('a\n1')]).toEqual(['a-b', "'a b'", "$'a\\0121'"])
  })

  it.each([
    { id: 'NUL', text: 'a\0b' },
    { id: 'octets that were no UTF-8', text: Buffer.from([0x61, 0xff]).toString() },
    { id: 'half a character', text: 'a\ud800' },
  ])('cannot hold everything: $id', ({ text }) => {
    expect(shellWord(text)).toBeUndefined()
  })
})

describe('a command', () => {
  it('quotes every value', () => {
    const command = shellText`printf '<%s>' ${'a`{touch,pwned}`'} ${2} ${"'"}`
    expect(run(command ?? '')).toBe("<a`{touch,pwned}`><2><'>")
  })

  it('is not there where a value is no word', () => {
    const texts = [shellText`ls ${'\0'}`, 'true', { software: 'BIND', text: shellText`ls ${'\0'} x` }] as const
    expect(commands('root', ...texts)).toEqual([
      { kind: 'command', place: 'root', software: null, replaces: null, text: 'true', fix: null },
    ])
  })

  it('shows where packets are dropped, and changes nothing', () => {
    const looks = firewallLooks('192.0.2.1', 53, 'tcp').map(({ place, software, text }) => [place, software, text])
    expect(looks).toEqual([
      ['root', null, 'traceroute -T -p 53 192.0.2.1'],
      ['root on 192.0.2.1', 'nft', 'nft list ruleset'],
      ['root on 192.0.2.1', 'iptables', 'iptables -nvL && ip6tables -nvL'],
      ['root on 192.0.2.1', 'firewalld', 'firewall-cmd --list-all'],
    ])
    expect(firewallLooks('192.0.2.1', 53, 'udp')[0]?.text).toBe('traceroute -U -p 53 192.0.2.1')
  })
})
