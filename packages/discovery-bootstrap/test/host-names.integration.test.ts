import { utimes } from 'node:fs/promises'
import { type Endpoint, formatEndpoint, resolveCluster, simulatedClock } from '@pstorage/discovery-core'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type BootstrapResolverOptions, bootstrapResolver, type HostLookup } from '../src/index.js'

const addresses: Readonly<Record<string, readonly string[]>> = {
  mds1: ['10.0.0.1', '2001:DB8::1'],
  'mds2.example.org': ['10.0.0.2'],
  loopback: ['127.0.0.1'],
  nowhere: ['0.0.0.0'],
  nothing: [],
}

const lookup: HostLookup = async (host) => {
  const found = addresses[host]
  if (found !== undefined) return found
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
}

async function resolve(list: string, options: BootstrapResolverOptions = {}) {
  await using base = await clustersDirectory({ c1: list })
  await using resolver = bootstrapResolver({ directories: [base.path], hostNames: 'resolve', lookup, ...options })
  const { outcome, endpoints, attempts, warnings } = await resolveCluster(resolver, 'c1')
  return {
    outcome,
    endpoints: endpoints.map((each: Endpoint) => `${formatEndpoint(each)} ${each.host}`),
    attempts: attempts.map(({ status, count, error }) => `${status} ${count} ${error?.code ?? '-'}`),
    warnings: warnings.map(({ code, message }) => `${code} ${message.slice(base.listPath('c1').length)}`),
  }
}

describe('resolve, with host names', () => {
  it('BS-9: refuses them by default', async () => {
    expect(await resolve('mds1:2510 10.0.0.9', { hostNames: undefined })).toMatchObject({
      endpoints: ['10.0.0.9:2510 null'],
      warnings: [expect.stringMatching(/^bootstrap-entry-invalid :1:1: .*it is a host name/)],
    })
  })

  it('BS-9: emits all their addresses, in the order of the list', async () => {
    expect(await resolve('mds1:7, 10.0.0.9\nmds2.example.org. # x\n10.0.0.8 10.0.0.2')).toEqual({
      outcome: 'found',
      endpoints: [
        '10.0.0.1:7 mds1',
        '[2001:db8::1]:7 mds1',
        '10.0.0.9:2510 null',
        '10.0.0.2:2510 mds2.example.org',
        '10.0.0.8:2510 null',
      ],
      attempts: ['found 6 -'],
      warnings: [expect.stringMatching(/^bootstrap-comment-trailing :2:19: /)],
    })
  })

  it('warns of a name without an address, and keeps the others', async () => {
    expect(await resolve('mds9 nothing mds1 10.0.0.9')).toEqual({
      outcome: 'found',
      endpoints: ['10.0.0.1:2510 mds1', '[2001:db8::1]:2510 mds1', '10.0.0.9:2510 null'],
      attempts: ['found 3 -'],
      warnings: [
        "bootstrap-host-unresolved :1:1: no address of 'mds9': getaddrinfo ENOTFOUND mds9",
        "bootstrap-host-unresolved :1:6: no address of 'nothing': there is none",
      ],
    })
  })

  it('reports the reason when no name has an address', async () => {
    expect(await resolve('mds9:2510\n10.0.0.1.5')).toMatchObject({ outcome: 'known', attempts: ['failed 0 ENOTFOUND'] })
    expect(await resolve('nowhere')).toMatchObject({ outcome: 'known', attempts: ['malformed 0 ERR_LIST_MALFORMED'] })
  })

  it('DNS-38: checks the addresses as those in the text', async () => {
    expect(await resolve('loopback nowhere 10.0.0.9')).toMatchObject({
      endpoints: ['127.0.0.1:2510 loopback', '10.0.0.9:2510 null'],
      warnings: [
        expect.stringMatching(/^bootstrap-address-local :1:1: the address 127.0.0.1 of 'loopback' /),
        expect.stringMatching(/^bootstrap-address-refused :1:10: the address 0.0.0.0 of 'nowhere' .*; ignored$/),
      ],
    })
  })

  it.each([
    'mds1:0',
    'mds1:65536',
    'mds1:',
    'mds-:1',
    '-mds:1',
    'a..b',
    '10.0.0',
    '1.2.3.4.5',
    'mds_1.1',
    'a/b',
    `${'x'.repeat(64)}.org`,
    `${'x.'.repeat(127)}org`,
  ])('BS-6, BS-7: takes %j for no host name', async (text) => {
    const lookups: string[] = []
    const report = await resolve(`${text} 10.0.0.9`, {
      lookup: async (host) => {
        lookups.push(host)
        return []
      },
    })
    expect(lookups).toEqual([])
    expect(report.warnings).toEqual([expect.stringMatching(/^bootstrap-entry-invalid /)])
  })

  it('has none in a strict list', async () => {
    expect(await resolve('mds1:7 10.0.0.9:1', { strict: true })).toMatchObject({ endpoints: ['10.0.0.9:1 null'] })
  })

  it('looks a name up once, and no more than two at once', async () => {
    const lookups: string[] = []
    let underWay = 0
    let most = 0
    await resolve('a:1 A:2 b c d e f a:3', {
      async lookup(host) {
        lookups.push(host)
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise(setImmediate)
        underWay -= 1
        return ['10.0.0.1']
      },
    })
    expect(lookups.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(most).toBe(2)
  })

  it('gives what it has when the time is up, and names what is missing', async () => {
    await using base = await clustersDirectory({ c1: 'mds1 slow 10.0.0.9 later' })
    const clock = simulatedClock()
    const signals: AbortSignal[] = []
    await using resolver = bootstrapResolver({
      directories: [base.path],
      hostNames: 'resolve',
      clock,
      lookup(host, signal) {
        if (host === 'mds1') return Promise.resolve(['10.0.0.1'])
        signals.push(signal)
        return new Promise(() => undefined)
      },
    })
    // A list that was written just now would be read again after 10 ms, and this clock stands still.
    await utimes(base.listPath('c1'), 0, 0)
    const report = resolveCluster(resolver, 'c1', { timeout: 1_000 })
    while (signals.length < 2) await new Promise(setImmediate)
    await clock.advance(1_000)
    expect(await report).toMatchObject({
      outcome: 'found',
      endpoints: [{ address: '10.0.0.1' }, { address: '10.0.0.9' }],
      attempts: [{ status: 'timeout' }],
      warnings: [{ message: expect.stringContaining("'slow'") }, { message: expect.stringContaining("'later'") }],
    })
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it('asks this host by default', async () => {
    const { endpoints } = await resolve('localhost:7', { lookup: undefined })
    expect(endpoints.every((text) => ['127.0.0.1:7 localhost', '[::1]:7 localhost'].includes(text))).toBe(true)
    expect(endpoints).not.toEqual([])
  })
})
