import {
  clusterListZone,
  knotServer,
  manPageDomain,
  manPageZone,
  namedServer,
  nsdServer,
  type RealServer,
  unboundServer,
} from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { attemptsOf, discovered, endpointsOf, namesOf, resolved } from './asked.js'

const zones = { [manPageDomain]: manPageZone }
const listed = ['cluster1', 'cluster2', 'cluster3', 'cluster4', 'cluster5', 'cluster6']
const endpoints = ['192.168.100.1:2510', '192.168.100.3:2510', '192.168.100.4:2510']

interface Options {
  readonly addresses?: readonly string[]
  readonly allowTransfer?: 'any' | 'none'
  readonly zones?: Readonly<Record<string, string>>
}

interface Authority {
  readonly name: string
  readonly start: (options?: Options) => Promise<RealServer>
  /** Its reply to a transfer that it does not allow. */
  readonly refusal: string
}

const authorities: readonly Authority[] = [
  { name: 'Knot', start: (options) => knotServer({ zones, ...options }), refusal: 'NOTAUTH' },
  { name: 'NSD', start: (options) => nsdServer({ zones, ...options }), refusal: 'REFUSED' },
]

describe.each(authorities)("$name with the man page's zone", ({ start, refusal }) => {
  it.each(['127.0.0.1', '::1'])('lists and resolves clusters, and says no (%s)', async (address) => {
    await using server = await start({ addresses: [address] })
    const report = await discovered([server])
    expect(namesOf(report)).toEqual(listed)
    expect(attemptsOf(report)).toEqual(['dns-txt found', 'dns-axfr skipped'])
    const resolvedReport = await resolved([server], { cluster: 'my-cluster' })
    expect(endpointsOf(resolvedReport).toSorted()).toEqual(endpoints)
    expect(resolvedReport).toMatchObject({ warnings: [], attempts: [{ status: 'found', server: server.server }] })
    expect((await resolved([server], { cluster: 'cluster1' })).outcome).toBe('known')
    const absent = await resolved([server], { cluster: 'nosuch' })
    expect(absent.outcome).toBe('absent')
    expect(absent.attempts[0]).toMatchObject({ status: 'empty', negativeTtl: expect.any(Number) })
  })

  it('transfers its zone to who may have it', async () => {
    await using server = await start({ allowTransfer: 'any' })
    const report = await discovered([server], { axfr: 'always' })
    expect(namesOf(report)).toEqual([...listed, 'my-cluster', 'my-second-cluster'])
  })

  it('refuses to transfer it to others, and the names of TXT stay', async () => {
    await using server = await start({ allowTransfer: 'none' })
    const report = await discovered([server], { axfr: 'always' })
    expect(namesOf(report)).toEqual(listed)
    expect(report.attempts.find(({ method }) => method === 'dns-axfr')).toMatchObject({
      status: 'refused',
      error: { code: refusal },
    })
  })

  it('a domain that it does not have is not absent', async () => {
    await using server = await start()
    const report = await resolved([server], { cluster: 'my-cluster', domains: ['other.test'] })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'refused' }] })
  })

  it('a TXT answer of 20 KB is fetched by TCP', async () => {
    await using server = await start({ zones: { 'large.test': clusterListZone({ clusters: 2_000 }) } })
    const report = await discovered([server], { domains: ['large.test'] })
    expect(report.clusters).toHaveLength(2_000)
    expect(report.attempts[0]).toMatchObject({ status: 'found', detail: 'by TCP after truncation' })
  })

  it('resolves with letters in random case, too', async () => {
    await using server = await start()
    const report = await resolved([server], { cluster: 'my-cluster', caseRandomization: true })
    expect(endpointsOf(report).toSorted()).toEqual(endpoints)
  })
})

describe('Unbound in front of BIND', () => {
  it('answers for it, also when it has the answers already', async () => {
    await using primary = await namedServer({ zones })
    await using forwarder = await unboundServer({ forwardTo: primary })
    for (let round = 0; round < 2; round += 1) {
      expect(namesOf(await discovered([forwarder]))).toEqual(listed)
      const report = await resolved([forwarder], { cluster: 'my-cluster', caseRandomization: round === 1 })
      expect(endpointsOf(report).toSorted()).toEqual(endpoints)
      expect((await resolved([forwarder], { cluster: 'cluster1' })).outcome).toBe('known')
      expect((await resolved([forwarder], { cluster: 'nosuch' })).outcome).toBe('absent')
    }
  })

  it('says SERVFAIL when BIND is gone, and nothing is absent', async () => {
    const primary = await namedServer({ zones })
    await using forwarder = await unboundServer({ forwardTo: primary })
    await primary[Symbol.asyncDispose]()
    const report = await resolved([forwarder], { cluster: 'nosuch', timeout: 20_000 })
    expect(report).toMatchObject({ outcome: 'undetermined' })
    expect(report.attempts[0]?.error?.code).toMatch(/^(SERVFAIL|ETIMEDOUT)$/)
  })
})

describe('BIND', () => {
  it('gives a cookie, and takes it back', async () => {
    // Without one it would answer BADCOOKIE, from which only a second question with the cookie leads on.
    await using server = await namedServer({ zones, options: 'require-server-cookie yes;' })
    const report = await resolved([server], { cluster: 'my-cluster' })
    expect(endpointsOf(report).toSorted()).toEqual(endpoints)
    expect(report.attempts[0]?.detail).toBeNull()
  })
})
