import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellWord } from '../../src/checks/index.js'

describe('a word of a shell', () => {
  it.each([
    { id: 'plain', text: '/etc/pstorage/clusters/c-1/bs.list' },
    { id: 'blank', text: '/tmp/a b' },
    { id: 'quotes', text: `it's "so" $HOME \`id\`` },
    { id: 'empty', text: '' },
    { id: 'newline and escape', text: '/tmp/\u001b[31m\nx' },
    { id: 'unicode', text: '/tmp/my\u2212cluster\u202e' },
    { id: 'backslash', text: 'a\\nb' },
  ])('stands for the text: $id', ({ text }) => {
    const word = shellWord(text)
    expect(word).toMatch(/^[\x20-\x7e]+$/)
    expect(execFileSync('sh', ['-c', `printf '[%s]' ${word}`], { encoding: 'utf8' })).toBe(`[${text}]`)
  })
})
