import {
  avahiBrowserOn,
  avahiOn,
  bonjourBrowserOn,
  messageBusOn,
  networkNamespaces,
  pythonBrowserOn,
  runAvahi,
} from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { Announcer } from './announcer.js'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

describe.concurrent('what is announced on a bridge', () => {
  it('is found by Avahi, python-zeroconf, bonjour-service and ourselves, and gone after the goodbye', async () => {
    await using network = await networkNamespaces({
      mds: [lan],
      avahi: [lan],
      python: [lan],
      bonjour: [lan],
      own: [lan],
    })
    const { mds, avahi, python, bonjour, own } = network.hosts
    await messageBusOn(avahi)
    await avahiOn(avahi, { bus: true })
    const browsers = {
      avahi: avahiBrowserOn(avahi),
      'avahi, by subtype': avahiBrowserOn(avahi, { subtype: '_alpha' }),
      python: pythonBrowserOn(python),
      'python, by subtype': pythonBrowserOn(python, { subtype: '_beta' }),
      bonjour: bonjourBrowserOn(bonjour),
    }
    const querier = await Querier.on(own)
    querier.watch()
    await querier.saw('snapshot')
    const announcer = await Announcer.on(mds, {
      clusters: [
        { name: 'alpha', host: 'node1' },
        { name: 'beta', endpoints: ['198.51.100.21:2511'] },
      ],
    })

    const here = { host: 'pstorage-node1.local', port: 2510, addresses: [mds.address()], cluster: 'alpha' }
    const there = { host: 'pstorage-198-51-100-21.local', port: 2511, addresses: ['198.51.100.21'], cluster: 'beta' }
    const alpha = { instance: 'alpha on node1', ...here }
    const beta = { instance: 'beta at 198.51.100.21:2511', ...there }
    // bonjour-service shows a name as far as its first dot.
    const cut = { instance: 'beta at 198', ...there }
    const expected = [
      ['avahi', [alpha, beta]],
      ['avahi, by subtype', [alpha]],
      ['python', [alpha, beta]],
      ['python, by subtype', [beta]],
      ['bonjour', [alpha, cut]],
    ] as const
    for (const [name, instances] of expected) {
      for (const one of instances) expect([name, await browsers[name].found(one.instance)]).toEqual([name, one])
    }
    expect(await runAvahi(avahi, 'avahi-resolve', '-4', '-n', 'pstorage-node1.local')).toContain(mds.address())
    await Promise.all([querier.saw('added alpha'), querier.saw('added beta')])
    expect((await querier.resolve('alpha')).endpointTexts).toEqual([`${mds.address()}:2510`])

    const stoppedAt = performance.now()
    await announcer.process.stop()
    const gone = expected.flatMap(([name, instances]) => instances.map(({ instance }) => browsers[name].gone(instance)))
    await Promise.all([...gone, querier.saw('removed alpha'), querier.saw('removed beta')])
    expect(performance.now() - stoppedAt).toBeLessThan(2_500)
  })

  it('MD-15 gives way to Avahi where that has a name, and keeps it where it came first', async () => {
    await using network = await networkNamespaces({ first: [lan], ours: [lan], second: [lan], seeker: [lan] })
    const { first, ours, second, seeker } = network.hosts
    const mds = [{ instance: 'alpha on node1', cluster: 'alpha', port: 2599 }]
    await avahiOn(first, { mds, subtypes: true })
    const announcer = await Announcer.on(ours, { clusters: [{ name: 'alpha', host: 'node1' }] })
    const name = 'alpha on node1 (2)'
    expect((await announcer.instances()).map((one) => one.name)).toEqual([name])
    const renamed = { type: 'renamed', kind: 'instance', from: 'alpha on node1', to: name }
    expect(announcer.events).toContainEqual(renamed)
    // With the subtype, or only those receive of it who listen when it is announced.
    const conflicts = [{ instance: name, cluster: 'alpha', port: 2598 }]
    const late = await avahiOn(second, { mds: conflicts, subtypes: true })
    expect(late.lines.items.join('\n')).toMatch(/"alpha on node1 \(2\) #2".*successfully established/)
    expect(announcer.events.filter(({ type }) => type === 'renamed')).toEqual([renamed])
    const querier = await Querier.on(seeker)
    querier.watchChanges('alpha')
    const endpointTexts = [`${first.address()}:2599`, `${ours.address()}:2510`, `${second.address()}:2598`]
    await querier.untilResolved('alpha', endpointTexts)
  })

  it('CONF-1 hosts of one name, the second while the first one probes, are both found', async () => {
    await using network = await networkNamespaces({ first: [lan], second: [lan], seeker: [lan] })
    const { first, second, seeker } = network.hosts
    const options = { clusters: [{ name: 'alpha', host: 'node1' }] }
    const one = Announcer.begin(first, options)
    await one.happened('probing')
    const other = Announcer.begin(second, options)
    const instances = (await Promise.all([one.instances(), other.instances()])).flat()
    expect(instances.map(({ name }) => name).toSorted()).toEqual(['alpha on node1', 'alpha on node1 (2)'])
    expect(new Set(instances.map(({ host }) => host)).size).toBe(2)
    const { endpointTexts, warnings } = await (await Querier.on(seeker)).resolve('alpha')
    expect(endpointTexts.toSorted()).toEqual([`${first.address()}:2510`, `${second.address()}:2510`].toSorted())
    expect(warnings).toEqual([])
  })

  it('MD-15 hosts of one name that announce the same cluster at the same moment all end with names', async () => {
    await using network = await networkNamespaces({ one: [lan], two: [lan], three: [lan], seeker: [lan] })
    const { seeker, ...hosts } = network.hosts
    const clusters = [{ name: 'alpha', host: 'node1' }]
    const announcers = await Promise.all(Object.values(hosts).map((host) => Announcer.on(host, { clusters })))
    const names = await Promise.all(announcers.map(async (one) => (await one.instances()).map(({ name }) => name)))
    const endpointTexts = Object.values(hosts).map((host) => `${host.address()}:2510`)
    const querier = await Querier.on(seeker)
    querier.watchChanges('alpha')
    await querier.untilResolved('alpha', endpointTexts)
    expect(names.flat()).toHaveLength(3)
  })
})

describe.concurrent('announcing on links', () => {
  it('MD-34 on two of them is received on both, each with the address that this host has there', async () => {
    const links = [lan, { link: 'backup' }]
    await using network = await networkNamespaces({ mds: links, near: [lan], far: [{ link: 'backup' }] })
    const { mds, near, far } = network.hosts
    const browsers = [bonjourBrowserOn(near), pythonBrowserOn(far)]
    await Announcer.on(mds, { clusters: [{ name: 'alpha', host: 'node1' }] })
    const seen = await Promise.all(browsers.map((browser) => browser.found('alpha on node1')))
    expect(seen.map(({ addresses }) => addresses)).toEqual([[mds.address('eth0')], [mds.address('eth1')]])
    const endpointTexts = await Promise.all(
      [near, far].map(async (host) => (await (await Querier.on(host)).resolve('alpha')).endpointTexts),
    )
    expect(endpointTexts).toEqual([[`${mds.address('eth0')}:2510`], [`${mds.address('eth1')}:2510`]])
  })

  it('over IPv6 alone is received by Avahi, python-zeroconf and ourselves', async () => {
    const plug = { link: 'lan', ipv4: false, ipv6: true }
    await using network = await networkNamespaces({ mds: [plug], avahi: [plug], python: [plug], own: [plug] })
    const { mds, avahi, python, own } = network.hosts
    await messageBusOn(avahi)
    await avahiOn(avahi, { bus: true, ipv6: true })
    const browsers = [avahiBrowserOn(avahi), pythonBrowserOn(python, { ipv6: true })]
    await Announcer.on(mds, { clusters: [{ name: 'alpha', host: 'node1' }] })
    const address = await mds.linkLocal()
    const seen = await Promise.all(browsers.map((browser) => browser.found('alpha on node1')))
    for (const { addresses } of seen) expect(addresses.map((one) => one.replace(/%.*/, ''))).toEqual([address])
    expect((await (await Querier.on(own)).resolve('alpha')).endpointTexts).toEqual([`[${address}%eth0]:2510`])
  })

  it.each([
    ['MD-30 without multicast', { ...lan, multicast: false }, 'eth0 has no MULTICAST flag, as in containers'],
    ['MD-29 without an address', { ...lan, ipv4: false }, 'eth0 has no address'],
  ])('a host %s is sent so', async (_, plug, reason) => {
    await using network = await networkNamespaces({ mds: [plug] })
    const refused = Announcer.on(network.hosts.mds, { clusters: [{ name: 'alpha' }] })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_NO_INTERFACE', message: expect.stringContaining(reason) })
  })

  it('MD-32 reports that Avahi holds the port exclusively', async () => {
    await using network = await networkNamespaces({ mds: [lan] })
    const { mds } = network.hosts
    await avahiOn(mds, { server: ['disallow-other-stacks=yes'] })
    const refused = Announcer.on(mds, { clusters: [{ name: 'alpha' }] })
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/eth0.*another program.*EADDRINUSE/) })
  })

  it('MD-33 an interface that is deleted and made anew announces, and is received, within five seconds', async () => {
    await using network = await networkNamespaces({ mds: [lan], avahi: [lan], seeker: [lan] })
    const { mds, avahi, seeker } = network.hosts
    await messageBusOn(avahi)
    await avahiOn(avahi, { bus: true })
    const announcer = await Announcer.on(mds, { clusters: [{ name: 'alpha', host: 'node1' }] })
    await mds.unplug()
    await announcer.happened('interface-down')
    // A host that begins to browse from now on knows nothing of before.
    const [browser, querier] = [bonjourBrowserOn(seeker), await Querier.on(seeker)]
    querier.watch('alpha')
    expect(await querier.saw('snapshot')).toBeLessThan(3_000)
    const pluggedInAt = performance.now()
    await mds.plugIn()
    await announcer.happened('announced', 2)
    await Promise.all([querier.saw(`added ${mds.address()}:2510`), browser.found('alpha on node1', mds.address())])
    expect(performance.now() - pluggedInAt).toBeLessThan(5_000)
    const browsed = await runAvahi(avahi, 'avahi-browse', '-rtp', '_pstorage._tcp')
    expect(browsed).toContain(mds.address())
  })
})
