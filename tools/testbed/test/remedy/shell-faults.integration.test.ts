import { describe, expect, it } from 'vitest'
import { quotingFaults } from '../../src/remedy/quoting-faults.js'
import { shellFaults } from '../../src/remedy/shell-faults.js'

const command = (text: string) =>
  ({ kind: 'command', place: 'root', software: null, replaces: null, text, fix: null }) as const
const settings = (text: string) => ({ ...command(text), kind: 'server' }) as const

describe('commands in shells', () => {
  it.each([
    "ip link set dev 'a b' up",
    "ls $'a\\012'; ls 'it'\\''s'",
    'mv -nT a a.$(date +%F) && ls a',
    'test -L a || chmod a+r a',
    'ls a\nls b',
  ])('do what they say: %s', (text) => {
    expect(shellFaults(text)).toEqual([])
  })

  it('are not run where they are more than words, or would end a process', () => {
    expect(() => shellFaults('ls $(id)')).toThrow('more than words')
    expect(() => shellFaults('kill 1')).toThrow('not run')
  })
})

describe('a text from outside in a remedy', () => {
  const options = { word: 'a b', model: 'model', isRun: true }
  const models = [command('ls model'), command('id'), settings('zone model;')]

  it.each([
    { id: 'as one word', word: 'a b', remedy: command("ls 'a b'") },
    { id: 'not at all', word: 'a b', remedy: command('id') },
    { id: 'as a plain name in settings', word: 'ab', remedy: settings('zone ab;') },
    { id: 'in a kind that is left to the caller', word: 'a b', remedy: { ...command('a b'), kind: 'file' as const } },
  ])('may stand $id', ({ word, remedy }) => {
    expect(quotingFaults([remedy], { ...options, word, models })).toEqual([])
  })

  it.each([
    { id: 'as two words', word: 'a b', remedy: command('ls a b') },
    { id: 'in another command', word: 'a b', remedy: command("cat 'a b'") },
    { id: 'as syntax', word: '$(id)', remedy: command('ls $(id)') },
    { id: 'as octets that drive a terminal', word: '\u001b', remedy: command("ls '\u001b'") },
    { id: 'as another name in settings', word: 'a;b', remedy: settings('zone a;b;') },
  ])('may not stand $id', ({ word, remedy }) => {
    expect(quotingFaults([remedy], { ...options, word, models })).toHaveLength(1)
  })
})
