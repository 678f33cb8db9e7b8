import { clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('parseClusterName', () => {
  it.each(['a', 'my-cluster', 'My_Cluster-2', '-x', '_', '0', 'x'.repeat(63), '__proto__'])('takes %j', (name) => {
    expect(parseClusterName(name)).toBe(name)
  })

  it.each([
    ['BS-16 empty', '', 'empty'],
    ['BS-16 dot', '.', 'allowed'],
    ['BS-16 parent', '..', 'allowed'],
    ['BS-16 path', '../../etc', 'allowed'],
    ['BS-16 slash', 'a/b', 'allowed'],
    ['BS-16 backslash', 'a\\b', 'allowed'],
    ['BS-16 drive', 'C:x', 'allowed'],
    ['TXT-9 dot inside', 'a.b', 'allowed'],
    ['TXT-10 64 characters', 'x'.repeat(64), '64 characters'],
    ['TXT-6 escape', '\u001b[31m', 'allowed'],
    ['TXT-6 nul', 'a\u0000', 'allowed'],
    ['TXT-6 umlaut', 'größe', 'allowed'],
    ['final newline', 'abc\n', 'allowed'],
    ['TXT-12 typographic minus', 'my\u2212cluster', 'did you mean "-"'],
  ])('refuses %s', (_, name, why) => {
    expect(clusterNameFault(name)).toContain(why)
    expect(() => parseClusterName(name)).toThrow(expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }))
  })

  it('refuses what is not a string', () => {
    expect(() => parseClusterName(42 as unknown as string)).toThrow(
      expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }),
    )
  })

  it('escapes what it quotes', () => {
    expect(() => parseClusterName('\u001b]0;x\u0007')).toThrow(/'\\x1b\]0;x\\x07'/)
  })
})

it('compares names without case', () => {
  expect(clusterNameKey(parseClusterName('My-Cluster'))).toBe(clusterNameKey(parseClusterName('mY-cLUSTER')))
})
