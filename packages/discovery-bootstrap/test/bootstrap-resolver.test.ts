import { type Endpoint, resolveCluster } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type BootstrapResolverOptions, bootstrapResolver } from '../src/index.js'

const endpoint: Endpoint = { address: '10.0.0.1', port: 7, host: 'mds1', priority: 1, weight: 2, ttl: 3 }

describe('bootstrapResolver', () => {
  it('is called bootstrap', async () => {
    await using resolver = bootstrapResolver()
    expect(resolver.name).toBe('bootstrap')
  })

  it.each([
    '',
    'mds1',
    '10.0.0.1:0',
    '::1:2510',
    '0.0.0.0',
    '224.0.0.1:2510',
    { ...endpoint, port: 0 },
    { ...endpoint, address: 'x' },
  ])('BS-22: refuses the address %j at once, and names it', (address) => {
    const text = typeof address === 'string' ? address : `${address.address}:${address.port}`
    expect(() => bootstrapResolver({ addresses: ['10.0.0.1', address] })).toThrow(
      expect.objectContaining({ code: 'ERR_ENDPOINT_INVALID', message: expect.stringContaining(`'${text}'`) }),
    )
  })

  it.each<[string, BootstrapResolverOptions]>([
    ['no directory', { directories: [] }],
    ['an empty path', { directories: [''] }],
    ['a path with a NUL byte', { directories: ['/etc\0'] }],
    ['no bytes', { maxBytes: 0 }],
    ['half an entry', { maxEntries: 0.5 }],
    ['no clusters', { maxClusters: Number.NaN }],
    ['no time between looks', { pollInterval: 0 }],
    ['more time between looks than timers count', { pollInterval: 2 ** 31 }],
    // As a program without types may say it.
    ['a word that is none for host names', JSON.parse('{ "hostNames": "yes" }')],
  ])('refuses %s', (_, options) => {
    expect(() => bootstrapResolver(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  it('takes whole endpoints, and keeps what they say', async () => {
    await using resolver = bootstrapResolver({ addresses: [endpoint, { ...endpoint, address: '::ffff:10.0.0.2' }] })
    const { endpoints } = await resolveCluster(resolver, 'any')
    expect(endpoints).toMatchObject([endpoint, { ...endpoint, address: '10.0.0.2' }])
  })

  it('warns of an address that means this host alone', async () => {
    await using resolver = bootstrapResolver({ addresses: ['127.0.0.1'] })
    const report = await resolveCluster(resolver, 'any')
    expect(report).toMatchObject({ outcome: 'found', warnings: [{ code: 'bootstrap-address-local' }] })
  })
})
