import { createRequire } from 'node:module'
import { discoverClusters, resolveCluster } from '@pstorage/discovery-core'
import { expect, it } from 'vitest'
import { zeroconfResolver } from '../src/index.js'

const { cache } = createRequire(import.meta.url)

function isLoaded(): boolean {
  return Object.keys(cache).some((path) => path.includes('/multicast-dns/'))
}

it('multicast-dns is loaded by the first question that has an interface to ask on, and not before', async () => {
  expect(isLoaded()).toBe(false)
  await discoverClusters(zeroconfResolver({ interfaces: ['nosuch0'] }))
  expect(isLoaded()).toBe(false)
  await resolveCluster(zeroconfResolver({ interfaces: ['lo'], port: 29_999 }), 'alpha', { timeout: 50 })
  expect(isLoaded()).toBe(true)
})
