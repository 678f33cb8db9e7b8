import { memoryResolver, mergeOf, type ResolveEvent, type Resolver, resolveCluster } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { choiceWithin, isChoice, isWithin, labelsOf } from '../src/model/choice.js'

describe('a choice', () => {
  it('is seen from further out with what stands around it', () => {
    const choice = { path: ['b.test'], unanswered: [['a.test']] }
    expect(choiceWithin('dns', choice)).toEqual({ path: ['dns', 'b.test'], unanswered: [['dns', 'a.test']] })
  })

  it.each<[path: readonly string[], whole: readonly string[], is: boolean]>([
    [['dns', 'a.test'], ['dns'], true],
    [['dns', 'a.test'], ['dns', 'a.test'], true],
    [['dns'], ['dns', 'a.test'], false],
    [['dns', 'b.test'], ['dns', 'a.test'], false],
    [['dns'], [], true],
  ])('%j is within %j: %s', (path, whole, is) => {
    expect(isWithin(path, whole)).toBe(is)
  })

  it('tells resolvers of one name apart, and shows nothing that drives a terminal', () => {
    const names = ['dns', 'lists', 'dns', 'dns', '\u001b[2J'].map((name) => ({ name }))
    expect(labelsOf(names)).toEqual(['dns', 'lists', 'dns 3', 'dns 4', '\\x1b[2J'])
  })

  it.each<[what: string, value: unknown, is: boolean]>([
    ['whole', { path: ['a'], unanswered: [['b', 'c']] }, true],
    ['of labels with a backslash', { path: ['a\\\\.b', 'a\\.b'], unanswered: [] }, true],
    ['nothing', null, false],
    ['a text', 'a', false],
    ['without a path', { unanswered: [] }, false],
    ['with a number', { path: [1], unanswered: [] }, false],
    ['with a control character', { path: ['\u001b'], unanswered: [] }, false],
    ['without what is unanswered', { path: ['a'] }, false],
    ['with an unanswered text', { path: ['a'], unanswered: ['b'] }, false],
  ])('%s: %j is one: %s', (_, value, is) => {
    expect(isChoice(value)).toBe(is)
  })

  it('that cannot be read costs the result that has it, and no other', async () => {
    const unknown = { port: 2510, host: null, priority: null, weight: null, ttl: null }
    const source = { backend: 'x', method: 'x', origin: 'x', ttl: null, authenticated: false }
    const endpoint = (address: string, choice?: unknown) =>
      ({ type: 'endpoint', address, ...unknown, source, ...(choice !== undefined && { choice }) }) as ResolveEvent
    const foreign: Resolver = {
      ...memoryResolver({ clusters: {} }),
      async *resolve() {
        yield endpoint('192.0.2.1', { path: 'dns' })
        yield endpoint('192.0.2.2')
        yield { type: 'end', outcome: 'found' }
      },
    }
    const { endpoints, warnings } = await resolveCluster(mergeOf([foreign]), 'alpha')
    expect(endpoints.map(({ address }) => address)).toEqual(['192.0.2.2'])
    expect(warnings.map(({ code }) => code)).toEqual(['result-invalid'])
  })
})
