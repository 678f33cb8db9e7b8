import { describe, expect, it } from 'vitest'
import { parseClusterName } from '../src/model/cluster-name.js'
import type { ClusterEvent } from '../src/model/events.js'
import type { Source } from '../src/model/source.js'
import { UnitedClusters } from '../src/report/report-builder.js'

const dns: Source = { backend: 'dns', method: 'dns-txt', origin: 'a', ttl: 60, authenticated: false }
const mdns: Source = { backend: 'zeroconf', method: 'mdns', origin: 'b', ttl: 120, authenticated: false }

function named(name: string, source: Source = dns, staleMs?: number): ClusterEvent {
  return { type: 'cluster', name: parseClusterName(name), source, ...(staleMs !== undefined && { staleMs }) }
}

function unitedOf(events: readonly ClusterEvent[]): UnitedClusters {
  const clusters = new UnitedClusters()
  for (const event of events) clusters.add(event)
  return clusters
}

describe('names that are given', () => {
  const orders = [
    { id: 'not at all', given: [], sorted: [] },
    { id: 'in order', given: ['alpha', 'beta', 'gamma'], sorted: ['alpha', 'beta', 'gamma'] },
    { id: 'the other way round', given: ['gamma', 'beta', 'alpha'], sorted: ['alpha', 'beta', 'gamma'] },
    {
      id: 'in order, then not',
      given: ['beta', 'gamma', 'alpha', 'delta'],
      sorted: ['alpha', 'beta', 'delta', 'gamma'],
    },
    { id: 'in an order that letter case hides', given: ['Alpha', 'beta', 'Gamma'], sorted: ['Alpha', 'beta', 'Gamma'] },
    { id: 'twice in a row, in other letters', given: ['alpha', 'ALPHA', 'beta'], sorted: ['alpha', 'beta'] },
    { id: 'twice, later', given: ['Alpha', 'beta', 'gamma', 'alpha', 'BETA'], sorted: ['Alpha', 'beta', 'gamma'] },
    {
      id: 'twice, as both came out of order',
      given: ['beta', 'alpha', 'Alpha', 'zeta', 'eta', 'Zeta'],
      sorted: ['alpha', 'beta', 'eta', 'zeta'],
    },
    { id: 'where one begins as another', given: ['a', 'a-b', 'ab', 'a1'], sorted: ['a', 'a-b', 'a1', 'ab'] },
  ]
  it.each(orders)('$id are there once each, by name, as first written', ({ given, sorted }) => {
    expect(unitedOf(given.map((name) => named(name))).sorted.map(({ name }) => name)).toEqual(sorted)
  })
})

describe('the source for a cluster', () => {
  it.each([
    ['one', [named('alpha'), named('beta')], { alpha: [dns], beta: [dns] }],
    ['another for each', [named('alpha'), named('beta', mdns)], { alpha: [dns], beta: [mdns] }],
    ['two', [named('alpha'), named('alpha', mdns), named('beta')], { alpha: [dns, mdns], beta: [dns] }],
    ['the same twice', [named('alpha'), named('alpha', { ...dns, ttl: 1 })], { alpha: [dns] }],
    ['two, also when one speaks again', [named('alpha'), named('alpha', mdns), named('alpha')], { alpha: [dns, mdns] }],
    ['two, out of order', [named('beta'), named('alpha'), named('beta', mdns)], { alpha: [dns], beta: [dns, mdns] }],
  ])('are %s', (_, events, source) => {
    const { sorted } = unitedOf(events)
    expect(Object.fromEntries(sorted.map(({ name, sources }) => [name, sources]))).toEqual(source)
  })

  it('are one list for all that have the same', () => {
    const [alpha, beta] = unitedOf([named('alpha'), named('beta')]).sorted
    expect(alpha?.sources).toBe(beta?.sources)
  })

  it.each([
    ['fresh', [undefined], undefined],
    ['as stale as its only source', [5], 5],
    ['as fresh as the freshest', [7, 5, 9], 5],
    ['fresh, where one source is', [7, undefined], undefined],
    ['fresh, where the first source was', [undefined, 7], undefined],
  ])('make it %s', (_, ages, staleMs) => {
    const events = ages.map((age, index) => named('alpha', { ...dns, origin: String(index) }, age))
    const [cluster] = unitedOf(events).sorted
    expect(cluster?.staleMs).toBe(staleMs)
    expect(Object.hasOwn(cluster ?? {}, 'staleMs')).toBe(staleMs !== undefined)
    expect(cluster?.sources).toHaveLength(ages.length)
  })
})

it.each([
  ['in order', ['alpha', 'beta']],
  ['out of order', ['beta', 'alpha']],
])('a list that was given is frozen and stays as it is, with names %s', (_, names) => {
  const clusters = unitedOf(names.map((name) => named(name)))
  const before = clusters.sorted
  clusters.add(named('gamma'))
  clusters.add(named('alpha', mdns))
  expect(before.map(({ name, sources }) => [name, sources])).toEqual([
    ['alpha', [dns]],
    ['beta', [dns]],
  ])
  for (const frozen of [before, ...before, ...before.map(({ sources }) => sources)]) {
    expect(Object.isFrozen(frozen)).toBe(true)
  }
})
