import {
  type ClusterName,
  discoverClusters,
  firstOf,
  memoryResolver,
  mergeOf,
  type Resolver,
  resolveCluster,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { warnOfZeroconfOnly } from '../src/query/zeroconf-only.js'
import { emitting } from './stand-ins.js'

const knowing = (name: string): Resolver => memoryResolver({ name, clusters: { alpha: ['192.0.2.1'] } })
const ignorant = (name: string): Resolver => memoryResolver({ name, clusters: {} })

describe('warnOfZeroconfOnly', () => {
  it.each([
    ['zeroconf alone is asked', knowing('zeroconf'), ['zeroconf-only']],
    [
      'those preferred to it know nothing',
      firstOf([ignorant('dns'), ignorant('bootstrap'), knowing('zeroconf')]),
      ['fell-through-to-zeroconf', 'zeroconf-only'],
    ],
    ['those preferred to it know', firstOf([knowing('dns'), knowing('zeroconf')]), []],
    ['it is preferred itself', firstOf([knowing('zeroconf'), ignorant('dns')]), ['zeroconf-only']],
    ['all are asked at once', mergeOf([ignorant('dns'), knowing('zeroconf')]), ['zeroconf-only']],
    ['nobody knows', firstOf([ignorant('dns'), ignorant('zeroconf')]), []],
  ])('when %s', async (_, resolver, expected) => {
    await using asked = warnOfZeroconfOnly(resolver)
    const { warnings } = await resolveCluster(asked, 'alpha')
    expect(warnings.map(({ code }) => code)).toEqual(expected)
  })

  it('says what became of those that are preferred', async () => {
    await using asked = warnOfZeroconfOnly(firstOf([ignorant('dns'), knowing('zeroconf')]))
    const { warnings } = await resolveCluster(asked, 'alpha')
    expect(warnings[0]?.message).toBe('zeroconf answered because the preferred backends had nothing: dns (empty)')
  })

  it.each([
    ['none is left', ['-h', '--version'], [], 'undetermined', 2],
    ['one is left', ['-h', 'good-', '-cprod'], ['good-'], 'found', 2],
  ])('leaves out names that a command line takes for options: %s', async (_, names, left, outcome, count) => {
    const source = { backend: 'dns', method: 'memory', origin: 'memory', ttl: null, authenticated: false }
    const events = names.map((name) => ({ type: 'cluster' as const, name: name as ClusterName, source }))
    await using asked = warnOfZeroconfOnly(emitting('dns', ...events))
    const report = await discoverClusters(asked)
    expect(report).toMatchObject({ outcome, clusters: left.map((name) => ({ name })) })
    expect(report.warnings.map(({ code }) => code)).toEqual(Array(count).fill('cluster-name-invalid'))
  })

  it('does not speak of falling through when names are listed', async () => {
    await using asked = warnOfZeroconfOnly(firstOf([ignorant('dns'), knowing('zeroconf')]))
    const { warnings } = await discoverClusters(asked)
    expect(warnings.map(({ code }) => code)).toEqual(['zeroconf-only'])
  })
})
