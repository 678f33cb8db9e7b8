import {
  avahiBrowserOn,
  avahiOn,
  bonjourBrowserOn,
  bonjourServiceOn,
  messageBusOn,
  networkNamespaces,
  pythonZeroconfOn,
} from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { Announcer } from './announcer.js'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

describe.concurrent('one link with several subnets (RFC 6762 section 11)', () => {
  it.each([
    ['two subnets', '10.1.0.1/24', '10.2.0.1/24', '10.3.0.1/24'],
    ['addresses without a subnet', '203.0.113.1/32', '198.51.100.7/32', '192.0.2.9/32'],
  ])('%s: who announces in another one is found', async (_, seekerAt, avahiAt, bonjourAt) => {
    await using network = await networkNamespaces({ seeker: [lan], avahi: [lan], bonjour: [lan] })
    const { seeker, avahi, bonjour } = network.hosts
    await Promise.all([seeker.renumber(seekerAt), avahi.renumber(avahiAt), bonjour.renumber(bonjourAt)])
    await Promise.all([
      avahiOn(avahi, { mds: [{ instance: 'alpha' }] }),
      bonjourServiceOn(bonjour, [{ instance: 'mds of bonjour', cluster: 'beta', port: 2512 }]),
    ])
    const querier = await Querier.on(seeker)
    const { endpointTexts, endpoints, attempts } = await querier.resolve('alpha')
    expect(endpointTexts).toEqual([`${avahi.address()}:2510`])
    expect(endpoints[0]?.sources.map(({ origin }) => origin)).toEqual([`alpha on eth0 from ${avahi.address()}`])
    expect(attempts).toMatchObject([{ status: 'found' }])
    expect(attempts[0]?.detail ?? '').not.toContain('off-link')
    expect((await querier.resolve('beta')).endpointTexts).toEqual([`${bonjour.address()}:2512`])
    expect((await querier.discover()).names.toSorted()).toEqual(['alpha', 'beta'])
  })

  it.each([
    ['two subnets', '10.1.0.1/24', '10.2.0.1/24', '10.3.0.1/24'],
    ['addresses without a subnet', '203.0.113.1/32', '198.51.100.7/32', '192.0.2.9/32'],
  ])('%s: what is announced is found from another one', async (_, mdsAt, avahiAt, ownAt) => {
    await using network = await networkNamespaces({ mds: [lan], avahi: [lan], bonjour: [lan], own: [lan] })
    const { mds, avahi, bonjour, own } = network.hosts
    await Promise.all([mds.renumber(mdsAt), avahi.renumber(avahiAt), bonjour.renumber(avahiAt.replace('.7/', '.8/'))])
    await own.renumber(ownAt)
    await messageBusOn(avahi)
    await avahiOn(avahi, { bus: true })
    await Announcer.on(mds, { clusters: [{ name: 'alpha', host: 'node1' }] })
    // A host that begins to browse now has received no announcement: it gets an answer, or nothing.
    const browsers = [avahiBrowserOn(avahi), bonjourBrowserOn(bonjour)]
    const seen = await Promise.all(browsers.map((browser) => browser.found('alpha on node1')))
    expect(seen.map(({ addresses }) => addresses)).toEqual([[mds.address()], [mds.address()]])
    expect((await (await Querier.on(own)).resolve('alpha')).endpointTexts).toEqual([`${mds.address()}:2510`])
  })

  it('conflicts are settled with who is in another one', async () => {
    await using network = await networkNamespaces({ first: [lan], ours: [lan] })
    const { first, ours } = network.hosts
    await Promise.all([first.renumber('10.1.0.1/24'), ours.renumber('10.2.0.1/24')])
    await avahiOn(first, { mds: [{ instance: 'alpha on node1', cluster: 'alpha', port: 2599 }], subtypes: true })
    const announcer = await Announcer.on(ours, { clusters: [{ name: 'alpha', host: 'node1' }] })
    expect((await announcer.instances()).map(({ name }) => name)).toEqual(['alpha on node1 (2)'])
  })
})

describe.concurrent('several interfaces', () => {
  it('each receives its own link alone, whatever the addresses there', async () => {
    const links = [lan, { link: 'backup' }]
    await using network = await networkNamespaces({ seeker: links, near: [lan], far: [{ link: 'backup' }] })
    const { seeker, near, far } = network.hosts
    // The far one has an address that would be on the near link.
    await Promise.all([near.renumber('203.0.113.1/32'), far.renumber('198.18.0.77/24')])
    await Promise.all([
      pythonZeroconfOn(near, [{ instance: 'alpha' }]),
      pythonZeroconfOn(far, [{ instance: 'beta' }]),
      avahiOn(seeker),
    ])
    const originsOf = (report: Awaited<ReturnType<Querier['discover']>>): readonly string[] =>
      report.clusters.flatMap(({ sources }) => sources.map(({ origin }) => origin)).toSorted()
    const [alpha, beta] = [`alpha on eth0 from ${near.address()}`, `beta on eth1 from ${far.address()}`]
    expect(originsOf(await (await Querier.on(seeker)).discover())).toEqual([alpha, beta])
    const named = async (name: string) =>
      (await Querier.on(seeker, { minimumTime: 2_000, interfaces: [name] })).discover()
    expect([originsOf(await named('eth0')), originsOf(await named('eth1'))]).toEqual([[alpha], [beta]])
  })
})

describe.concurrent('a query to this host alone (RFC 6762 section 5.5)', () => {
  it('is answered where it comes from a subnet of the interface, and not otherwise', async () => {
    await using network = await networkNamespaces({ mds: [lan], near: [lan], far: [lan] })
    const { mds, near, far } = network.hosts
    await far.renumber('10.2.0.1/24')
    await far.run('ip', 'route', 'add', `${mds.address()}/32`, 'dev', 'eth0')
    await mds.run('ip', 'route', 'add', `${far.address()}/32`, 'dev', 'eth0')
    await Announcer.on(mds, { clusters: [{ name: 'alpha', host: 'node1' }] })
    const question = ['+short', '+tries=1', '+time=1', '-p', '5353', `@${mds.address()}`, 'pstorage-node1.local', 'A']
    expect((await near.run('dig', ...question)).trim()).toBe(mds.address())
    await expect(far.run('dig', ...question)).rejects.toMatchObject({ stdout: expect.stringContaining('no servers') })
  })
})
