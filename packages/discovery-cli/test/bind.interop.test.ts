import { manPageDomain, manPageZone, type NamedServer, namedServer } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

const listed = ['cluster1', 'cluster2', 'cluster3', 'cluster4', 'cluster5', 'cluster6']
const zones = { [manPageDomain]: manPageZone }

beforeAll(buildCli, 120_000)

const dns = ({ server }: NamedServer): readonly string[] => [
  '--backend',
  'dns',
  '--server',
  server,
  '--domain',
  manPageDomain,
]
const lines = (text: string): readonly string[] => text.trimEnd().split('\n')

describe("a real BIND with the man page's zone", () => {
  it('discover lists the names of TXT once each', async () => {
    await using named = await namedServer({ zones, allowTransfer: 'any' })
    const run = await childRun(['discover', ...dns(named)])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(lines(run.stdout)).toEqual(listed)
    expect(run.lingered).toBeLessThan(100)
  })

  it('discover --axfr always adds those that only have SRV records', async () => {
    await using named = await namedServer({ zones, allowTransfer: 'any' })
    const run = await childRun(['discover', ...dns(named), '--axfr', 'always'])
    expect(run.code).toBe(0)
    expect(lines(run.stdout)).toEqual([...listed, 'my-cluster', 'my-second-cluster'])
  })

  it('discover still lists the names of TXT when the transfer is refused, and says so', async () => {
    await using named = await namedServer({ zones, allowTransfer: 'none' })
    const run = await childRun(['discover', ...dns(named), '--axfr', 'always', '--json'])
    expect(run.code).toBe(0)
    const { clusters, attempts } = JSON.parse(run.stdout)
    expect(clusters.map(({ name }: { name: string }) => name)).toEqual(listed)
    expect(attempts).toContainEqual(expect.objectContaining({ method: 'dns-axfr', status: 'refused' }))
    expect(attempts).toContainEqual(expect.objectContaining({ method: 'dns-txt', status: 'found', count: 6 }))
  })

  it('resolve prints the three addresses', async () => {
    await using named = await namedServer({ zones })
    const run = await childRun(['resolve', 'my-cluster', ...dns(named)])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect([...lines(run.stdout)].sort()).toEqual(['192.168.100.1:2510', '192.168.100.3:2510', '192.168.100.4:2510'])
    expect(run.lingered).toBeLessThan(100)
  })

  it('resolve tells no such cluster (6) from one without an address (4)', async () => {
    await using named = await namedServer({ zones })
    const absent = await childRun(['resolve', 'nosuch', ...dns(named)])
    expect(absent).toMatchObject({ code: 6, stdout: '' })
    expect(absent.stderr).toContain("cluster 'nosuch' does not exist")
    const known = await childRun(['resolve', 'cluster1', ...dns(named)])
    expect(known).toMatchObject({ code: 4, stdout: '' })
    expect(known.stderr).toMatch(/'cluster1' exists[\s\S]*dns-txt/)
  })

  it('both say why they cannot tell (3) when the server has stopped', async () => {
    const named = await namedServer({ zones })
    await named[Symbol.asyncDispose]()
    for (const argv of [['discover'], ['resolve', 'my-cluster'], ['resolve', 'nosuch'], ['resolve', 'cluster1']]) {
      const run = await childRun([...argv, ...dns(named)])
      expect(run).toMatchObject({ code: 3, stdout: '' })
      expect(run.stderr).toContain('cannot tell')
      expect(run.stderr).toContain(named.server)
      expect(run.stderr).toMatch(/unreachable|timeout/)
    }
  })
})
