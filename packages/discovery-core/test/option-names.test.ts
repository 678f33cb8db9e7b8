import {
  cached,
  DiscoveryError,
  discoverClusters,
  firstOf,
  locateMaster,
  memoryResolver,
  mergeOf,
  probe,
  resolveCluster,
  watch,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { checkOptionNames } from '../src/runtime/option-checks.js'

const resolver = memoryResolver({ clusters: {} })
/** A value that a caller without types may give. */
const wrong = (options: object): never => options as never

describe('names of options', () => {
  it.each<readonly [name: string, make: () => unknown, says: string]>([
    [
      'cached',
      () => cached(resolver, wrong({ maxStael: 5 })),
      "cached has no option 'maxStael'; did you mean maxStale",
    ],
    ['firstOf', () => firstOf([resolver], wrong({ startDelay: 5 })), "firstOf has no option 'startDelay'"],
    ['mergeOf', () => mergeOf([resolver], wrong({ nmae: 'x' })), "mergeOf has no option 'nmae'; did you mean name"],
    ['watch', () => watch(resolver, 'c', wrong({ flor: 5 })), "watch has no option 'flor'; did you mean floor"],
    ['a text', () => watch(resolver, 'c', wrong(Object('x'))), "watch has no option '0'"],
  ])('%s refuses what it does not know', (_, make, says) => {
    expect(make).toThrow(DiscoveryError)
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: says }))
  })

  it.each<readonly [name: string, call: () => Promise<unknown>, says: string]>([
    ['probe', () => probe([], wrong({ concurency: 2 })), "probe has no option 'concurency'; did you mean concurrency"],
    [
      'locateMaster',
      () => locateMaster({ ask: async () => ({}) } as never, [], wrong({ hoplimit: 2 })),
      "locateMaster has no option 'hoplimit'; did you mean hopLimit",
    ],
    [
      'discoverClusters',
      () => discoverClusters(resolver, wrong({ timeuot: 5 })),
      "discover has no option 'timeuot'; did you mean timeout",
    ],
    [
      'resolveCluster',
      () => resolveCluster(resolver, 'c', wrong({ timeuot: 5 })),
      "resolve has no option 'timeuot'; did you mean timeout",
    ],
    [
      'resolve of a resolver',
      () =>
        resolver
          .resolve('c' as never, wrong({ sginal: 5 }))
          [Symbol.asyncIterator]()
          .next(),
      "resolve has no option 'sginal'; did you mean signal",
    ],
    [
      'memoryResolver',
      async () => memoryResolver(wrong({ clusters: {}, clusetrs: {} })),
      "memoryResolver has no option 'clusetrs'; did you mean clusters",
    ],
  ])('%s refuses what it does not know', async (_, call, says) => {
    await expect(call()).rejects.toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: says }))
  })

  it('lets every known one pass, also without a value', () => {
    const known = { servers: 'list', port: 'other' } as const
    expect(() => checkOptionNames('f', { servers: undefined, port: 5 }, known)).not.toThrow()
    expect(() => checkOptionNames('f', { servers: ['192.0.2.1'], port: undefined }, known)).not.toThrow()
  })

  it('says what is meant where a list is none', () => {
    const known = { servers: 'list' } as const
    expect(() => checkOptionNames('f', { servers: '127.0.0.1' }, known)).toThrow(
      "servers of f must be a list; did you mean ['127.0.0.1']",
    )
    expect(() => checkOptionNames('f', { servers: 5 }, known)).toThrow('servers of f must be a list')
  })

  it('refuses what is no object', () => {
    for (const value of ['127.0.0.1', 5, null]) {
      expect(() => checkOptionNames('f', wrong(value as never), {} as never)).toThrow('f takes an object of options')
    }
  })
})
