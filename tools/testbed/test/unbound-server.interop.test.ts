import { describe, expect, it } from 'vitest'
import { clusterListZone, manPageDomain, manPageZone, namedServer, unboundServer } from '../src/index.js'
import { outcome, printed } from './dig.js'

const zones = { [manPageDomain]: manPageZone, 'list.test': clusterListZone({ clusters: 2_000 }) }

describe('unboundServer', () => {
  it.each([
    ['names', `pstorage_clusters.${manPageDomain}`, 'TXT', '3 records'],
    ['targets', `_pstorage._tcp.my-cluster.${manPageDomain}`, 'SRV', '3 records'],
    ['an answer that UDP does not hold', 'pstorage_clusters.list.test', 'TXT', '16 records'],
    ['a name that is not there', `nothing.${manPageDomain}`, 'TXT', 'NXDOMAIN'],
    ['a name that the other refuses', 'nothing.example', 'TXT', 'SERVFAIL'],
  ])('forwards a question for %s', async (_, name, type, result) => {
    await using upstream = await namedServer({ zones })
    await using server = await unboundServer({ forwardTo: upstream })
    expect(outcome(await printed('dig', server, '+noall', '+comments', '+answer', name, type))).toBe(result)
  })

  it('forwards between IPv6 addresses', async () => {
    await using upstream = await namedServer({ zones, addresses: ['::1'] })
    await using server = await unboundServer({ forwardTo: upstream, addresses: ['::1'] })
    expect(await printed('dig', server, '+short', `s1.${manPageDomain}`)).toBe('192.168.100.1\n')
  })

  it('takes more options', async () => {
    await using upstream = await namedServer({ zones })
    const options = 'local-data: "local.test. A 192.0.2.1"'
    await using server = await unboundServer({ forwardTo: upstream, options })
    expect(await printed('dig', server, '+short', 'local.test')).toBe('192.0.2.1\n')
  })

  it('is not started with a configuration that it refuses', async () => {
    const forwardTo = { address: '127.0.0.1', port: 53 }
    await expect(unboundServer({ forwardTo, options: 'nonsense' })).rejects.toThrow(/unbound has stopped/)
  })
})
