import { clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('parseClusterName', () => {
  it.each(['a', 'my-cluster', 'My_Cluster-2', 'x-', '_', '0', 'x'.repeat(63), '__proto__'])('takes %j', (name) => {
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
    ['an option', '-h', 'begins with "-"'],
    ['a long option', '--version', 'begins with "-"'],
    ['an option with its value', '-cprod', 'begins with "-"'],
    ['a minus alone', '-', 'begins with "-"'],
    ['TXT-12 typographic minus', 'my\u2212cluster', 'did you mean "-"'],
  ])('refuses %s', (_, name, why) => {
    expect(clusterNameFault(name)).toContain(why)
    expect(() => parseClusterName(name)).toThrow(expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }))
  })

  it('refuses what is not a string', () => {
    const refused = () => parseClusterName(42 as unknown as string)
    expect(refused).toThrow(expect.objectContaining({ code: 'ERR_CLUSTER_NAME_INVALID' }))
    expect(refused).toThrow('invalid cluster name of type number: it is not a string')
  })

  it('escapes what it quotes, and cuts it', () => {
    expect(() => parseClusterName('\u001b]0;x\u0007')).toThrow(/'\\x1b\]0;x\\x07'/)
    expect(() => parseClusterName('x'.repeat(100))).toThrow(/ 'x{80}\.\.\.': /)
  })
})

it('compares names without case', () => {
  expect(clusterNameKey(parseClusterName('My-Cluster'))).toBe(clusterNameKey(parseClusterName('mY-cLUSTER')))
  expect(clusterNameKey(parseClusterName('My-Cluster'))).toBe('my-cluster')
})
