import { describe, expect, it } from 'vitest'
import { remedyFaults } from '../src/broken/remedy/remedy-faults.js'
import { splitCommands } from '../src/broken/remedy/split-commands.js'

describe('commands of a remedy', () => {
  it.each([
    { id: 'plain', text: 'ls -l /a', words: [['ls', '-l', '/a']] },
    { id: 'in quotes', text: `ls 'a b' 'it'\\''s'`, words: [['ls', 'a b', "it's"]] },
    { id: 'with escapes', text: `ls $'a\\0121\\'\\\\\\342\\210\\222'`, words: [['ls', "a\n1'\\\u2212"]] },
    { id: 'several', text: 'a && b || c; d\ne', words: [['a'], ['b'], ['c'], ['d'], ['e']] },
    { id: 'with the date', text: 'mv -nT a a.$(date +%F)', words: [['mv', '-nT', 'a', 'a.$(date +%F)']] },
  ])('are split as bash does: $id', ({ text, words }) => {
    expect(splitCommands(text)).toEqual(words)
  })

  it.each([
    'echo x >f',
    'cat <f',
    'ls *',
    'ls `id`',
    'ls $HOME',
    'ls "$(printf a)"',
    'ls &',
    'ls | sh',
    "ls '",
    'ls \u2212',
  ])('are refused where they are more than words: %s', (text) => {
    expect(() => splitCommands(text)).toThrow('more than words')
    expect(remedyFaults('command', text)).toHaveLength(1)
  })

  it.each([
    'rm -r /a',
    'ls && rm /a',
    'mv /a /b',
    'cp --remove-destination /a /b',
    'chmod a+r /a',
    'nft add rule inet filter input ip saddr any accept',
    'timedatectl set-ntp true && chronyc makestep',
    "ip route add default via '<GATEWAY>'",
    'ls &&',
  ])('are refused where they do harm: %s', (text) => {
    expect(remedyFaults('command', text)).toHaveLength(1)
  })

  it.each(['ls -l /a', 'mv -nT /a /b', 'chmod o-w /a', 'test -L /a || chmod a+r /a'])('may be pasted: %s', (text) => {
    expect(remedyFaults('command', text)).toEqual([])
  })

  it('and settings do not let anybody in', () => {
    expect(remedyFaults('server', 'allow-query { any; };')).toHaveLength(1)
    expect(remedyFaults('server', 'allow-recursion { localnets; };')).toHaveLength(1)
    expect(remedyFaults('server', 'allow-transfer { 192.0.2.1; };')).toEqual([])
    expect(remedyFaults('other', 'any')).toEqual([])
  })
})
