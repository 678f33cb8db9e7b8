import { formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnnounceEvent, type AnnounceOptions, announce, zeroconfResolver } from '../../src/index.js'
import { type Neighbour, neighbour } from './neighbour.js'

let there: Neighbour

beforeAll(async () => {
  there = await neighbour()
})

afterAll(() => there[Symbol.asyncDispose]())

async function announcedTo({ interface: name }: Neighbour, options: Partial<AnnounceOptions> = {}) {
  const events: AnnounceEvent[] = []
  const announcement = await announce({
    clusters: [{ name: 'alpha', host: 'node1' }],
    interfaces: [name],
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { announcement, events }
}

describe('Avahi', () => {
  it('finds what is announced, over IPv4 and IPv6, and finds it gone after the goodbye', async () => {
    const { announcement } = await announcedTo(there)
    const lines = (await there.run('avahi-browse', '-rtp', '_pstorage._tcp')).split('\n')
    const resolved = lines.filter((line) => line.startsWith('='))
    expect(resolved.length).toBeGreaterThan(0)
    for (const line of resolved) {
      const [, , , name, type, domain, host, , port, text] = line.split(';')
      expect([name, type, domain]).toEqual(['alpha\\032on\\032node1', '_pstorage._tcp', 'local'])
      expect([host, port]).toEqual(['pstorage-node1.local', '2510'])
      expect(text).toMatch(/^("txtvers=1" "cluster=alpha"|"cluster=alpha" "txtvers=1")$/)
    }
    expect(lines.some((line) => line.includes(`;${there.ownAddress};`))).toBe(true)
    // An IPv6 address that is new is not used for a second or two.
    const both = (): Promise<string> => there.run('avahi-browse', '-tp', '_pstorage._tcp')
    await expect.poll(both, { timeout: 10_000 }).toMatch(/;IPv6;alpha[\s\S]*;IPv4;alpha|;IPv4;alpha[\s\S]*;IPv6;alpha/)
    const subtype = await there.run('avahi-browse', '-tp', '_alpha._sub._pstorage._tcp')
    expect(subtype).toContain('alpha\\032on\\032node1')
    const address = await there.run('avahi-resolve', '-4', '-n', 'pstorage-node1.local')
    expect(address).toContain(there.ownAddress)
    await announcement.stop()
    // A goodbye leaves a record one second to be rescued (RFC 6762 section 10.1).
    await expect.poll(both, { timeout: 5_000 }).toBe('')
  })

  it('keeps a name that it has: we take another', async () => {
    await there.publish('alpha on node1', 2599)
    await there.logged(/"alpha on node1".*successfully established/)
    const { announcement, events } = await announcedTo(there)
    await using _ = announcement
    expect(announcement.instances.map(({ name }) => name)).toEqual(['alpha on node1 (2)'])
    expect(events).toContainEqual({
      type: 'renamed',
      kind: 'instance',
      from: 'alpha on node1',
      to: 'alpha on node1 (2)',
    })
    const report = await resolveCluster(zeroconfResolver({ interfaces: [there.interface] }), 'alpha')
    const places = report.endpoints.map(formatEndpoint)
    expect(places).toContain(`${there.ownAddress}:2510`)
    expect(places.some((place) => place.endsWith(':2599'))).toBe(true)
  })

  it('gives way where we have a name', async () => {
    const { announcement, events } = await announcedTo(there, { clusters: [{ name: 'alpha', host: 'node7' }] })
    await using _ = announcement
    await there.publish('alpha on node7', 2599)
    await there.logged(/"alpha on node7 #2".*successfully established/)
    expect(announcement.instances.map(({ name }) => name)).toEqual(['alpha on node7'])
    expect(events.some(({ type }) => type === 'renamed')).toBe(false)
  })
})

describe('python3-zeroconf', () => {
  const browser = `
import sys, time
from zeroconf import ServiceBrowser, ServiceListener, Zeroconf
class Listener(ServiceListener):
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, timeout=3000)
        print('found', name, info.server, info.port, ' '.join(info.parsed_addresses()), info.properties[b'cluster'].decode())
    def update_service(self, *_): pass
    def remove_service(self, *_): pass
with Zeroconf(interfaces=[sys.argv[2]]) as zeroconf:
    ServiceBrowser(zeroconf, sys.argv[1], Listener())
    time.sleep(3)
`

  it.each([
    ['by its type', '_pstorage._tcp.local.'],
    ['by its subtype', '_beta._sub._pstorage._tcp.local.'],
  ])('finds what is announced %s', async (_, type) => {
    const { announcement } = await announcedTo(there, { clusters: [{ name: 'beta', host: 'node1' }] })
    await using _announcement = announcement
    const address = there.ownAddress.replace(/1$/, '2')
    const printed = await there.run('/usr/bin/python3', '-c', browser, type, address)
    // Asked for the type, it tells an instance again for the announcement of its subtype.
    const found = [...new Set(printed.split('\n').filter((line) => line.includes('beta')))]
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`pstorage-node1.local. 2510 ${there.ownAddress}`)
    expect(found[0]).toMatch(/ beta$/)
  })
})
