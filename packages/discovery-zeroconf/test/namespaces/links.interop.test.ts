import { avahiOn, multicastHostOn, networkNamespaces, pythonZeroconfOn, resolvedOn } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { Announcer } from './announcer.js'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }
/** Hosts announce what they have twice (RFC 6762 section 8.3), and the second of two equal datagrams is not read again. */
const allUsed = expect.toBeOneOf([null, expect.stringMatching(/^not used: \d+ repeated$/)])

describe.concurrent('links', () => {
  it('MD-34 an MDS that two links show is one endpoint, with both as sources', async () => {
    const links = [lan, { link: 'backup' }]
    await using network = await networkNamespaces({ seeker: links, mds: links })
    const { seeker, mds } = network.hosts
    await pythonZeroconfOn(mds, [{ instance: 'alpha', addresses: [mds.address()] }])
    const querier = await Querier.on(seeker)
    const { endpoints, attempts } = await querier.resolve('alpha')
    expect(attempts.map(({ status, server }) => [status, server]).toSorted()).toEqual([
      ['found', `eth0 ${seeker.address('eth0')}`],
      ['found', `eth1 ${seeker.address('eth1')}`],
    ])
    expect(endpoints).toHaveLength(1)
    expect(endpoints[0]?.sources.map(({ origin }) => origin).toSorted()).toEqual([
      `alpha on eth0 from ${mds.address('eth0')}`,
      `alpha on eth1 from ${mds.address('eth1')}`,
    ])
  })

  it('IPv6 alone: finds a link-local address, with its zone', async () => {
    const plug = { link: 'lan', ipv4: false, ipv6: true }
    await using network = await networkNamespaces({ seeker: [plug], mds: [plug], python: [plug] })
    const { seeker, mds, python } = network.hosts
    const beta = { instance: 'beta', addresses: [await python.linkLocal()] }
    await Promise.all([
      avahiOn(mds, { mds: [{ instance: 'alpha' }], ipv6: true }),
      pythonZeroconfOn(python, [beta], { ipv6: true }),
    ])
    const querier = await Querier.on(seeker)
    const address = await mds.linkLocal()
    const { endpointTexts, endpoints, attempts, warnings } = await querier.resolve('alpha')
    expect(endpointTexts).toEqual([`[${address}%eth0]:2510`])
    expect(endpoints[0]?.sources.map(({ origin }) => origin)).toEqual([`alpha on eth0 from ${address}%eth0`])
    expect(attempts).toMatchObject([{ status: 'found', server: `eth0 ${await seeker.linkLocal()}`, detail: allUsed }])
    expect(warnings).toEqual([])
    expect((await querier.discover()).names.toSorted()).toEqual(['alpha', 'beta'])
    expect((await querier.resolve('beta')).endpointTexts).toEqual([`[${await python.linkLocal()}%eth0]:2510`])
  })

  it('both IP versions: one attempt, and every address once', async () => {
    const plug = { link: 'lan', ipv6: true }
    await using network = await networkNamespaces({ seeker: [plug], four: [plug], six: [plug] })
    const { seeker, four, six } = network.hosts
    await Promise.all([
      avahiOn(four, { mds: [{ instance: 'mds4', cluster: 'alpha' }] }),
      avahiOn(six, { mds: [{ instance: 'mds6', cluster: 'alpha' }], ipv6: true }),
    ])
    const { endpointTexts, attempts } = await (await Querier.on(seeker)).resolve('alpha')
    // Avahi reports all addresses of its host, over whatever version it talks.
    const [ofFour, ofSix] = [await four.linkLocal(), await six.linkLocal()]
    const expected = [`${four.address()}:2510`, `[${ofFour}%eth0]:2510`, `[${ofSix}%eth0]:2510`]
    expect(endpointTexts.toSorted()).toEqual(expected.toSorted())
    expect(attempts).toMatchObject([{ status: 'found', detail: allUsed }])
  })

  it('MD-30 reports a host without multicast, by interface', async () => {
    await using network = await networkNamespaces({ seeker: [{ link: 'lan', multicast: false }], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    const { outcome, attempts } = await (await Querier.on(seeker)).discover()
    expect(outcome).toBe('undetermined')
    const message = 'no interface can multicast: eth0 has no MULTICAST flag, as in containers with IP-based routing'
    expect(attempts).toMatchObject([{ status: 'unavailable', error: { code: 'ERR_NO_INTERFACE', message } }])
  })

  it('MD-29 a host without any link, and one that is down', async () => {
    await using network = await networkNamespaces({ alone: [], down: [lan] })
    const { alone, down } = network.hosts
    const nothing = await (await Querier.on(alone)).discover()
    expect(nothing).toMatchObject({ outcome: 'undetermined', attempts: [{ error: { code: 'ERR_NO_INTERFACE' } }] })
    expect(nothing.attempts[0]?.error?.message).toContain('no network interface but loopback')
    await down.run('ip', 'link', 'set', 'eth0', 'down')
    const querier = await Querier.on(down)
    expect((await querier.discover()).attempts[0]?.error?.message).toContain('eth0 is down')
    const named = await Querier.on(down, { interfaces: ['eth0'] })
    expect((await named.discover()).attempts).toMatchObject([{ error: { code: 'ERR_INTERFACE_DOWN' } }])
  })

  it('MD-31 no route for multicast is named as such', async () => {
    await using network = await networkNamespaces({ seeker: [{ link: 'lan', ipv4: false, ipv6: true }] })
    const { seeker } = network.hosts
    await seeker.run('ip', '-6', 'route', 'del', 'multicast', 'ff00::/8', 'dev', 'eth0', 'table', 'local')
    const { outcome, attempts } = await (await Querier.on(seeker)).discover()
    expect(outcome).toBe('undetermined')
    expect(attempts).toMatchObject([
      { status: 'unavailable', error: { code: expect.stringMatching(/^E(NET|HOST)UNREACH$/) } },
    ])
  })

  it('MD-31 a firewall that forbids it is named as such', async () => {
    await using network = await networkNamespaces({ seeker: [lan] })
    const { seeker } = network.hosts
    await seeker.run('nft', 'add table inet own; add chain inet own out { type filter hook output priority 0; }')
    await seeker.run('nft', 'add rule inet own out udp dport 5353 drop')
    const { outcome, attempts } = await (await Querier.on(seeker)).discover()
    expect(outcome).toBe('undetermined')
    const message = expect.stringMatching(/^cannot multicast on eth0 198\.18\.0\.1: .*firewall.*EPERM/)
    expect(attempts).toMatchObject([{ status: 'unavailable', error: { code: 'EPERM', message } }])
  })

  it('MD-33 an interface that is deleted and made anew is received again within five seconds', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    const querier = await Querier.on(seeker)
    querier.watchChanges('alpha')
    await querier.changed(1)
    const endpointText = `${mds.address()}:2510`
    await querier.untilResolved('alpha', [endpointText])
    const seen = querier.changes
    await seeker.unplug()
    await seeker.plugIn()
    const startedAt = performance.now()
    await querier.changed(seen + 2)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect((await querier.resolve('alpha')).endpointTexts).toEqual([endpointText])
    expect(await querier.first('alpha')).toBeLessThan(50)
  })
})

describe.concurrent('beside others on port 5353', () => {
  it('MD-32 shares it with an Avahi on the same host', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await Promise.all([
      avahiOn(seeker, { mds: [{ instance: 'here' }] }),
      avahiOn(mds, { mds: [{ instance: 'there' }] }),
    ])
    const { names, attempts } = await (await Querier.on(seeker)).discover()
    expect(names.toSorted()).toEqual(['here', 'there'])
    expect(attempts).toMatchObject([{ status: 'found', detail: allUsed }])
  })

  it('MD-32 asks from another port where Avahi keeps it to itself, and says so', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan], other: [lan] })
    const { seeker, mds, other } = network.hosts
    await Promise.all([
      avahiOn(seeker, { server: ['disallow-other-stacks=yes'] }),
      avahiOn(mds, { mds: [{ instance: 'alpha' }] }),
      pythonZeroconfOn(other, [{ instance: 'mds2', cluster: 'alpha', port: 2511 }]),
    ])
    const querier = await Querier.on(seeker)
    const { endpointTexts, attempts } = await querier.resolve('alpha')
    expect(endpointTexts.toSorted()).toEqual([`${mds.address()}:2510`, `${other.address()}:2511`].toSorted())
    expect(attempts).toMatchObject([{ status: 'found', error: null }])
    expect(attempts[0]?.detail).toMatch(/queried from port \d+, because port 5353 cannot be shared: .*EADDRINUSE/)
    const missing = await querier.resolve('nosuch')
    expect(missing).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'unavailable' }] })
    expect(missing.attempts[0]?.error?.code).toBe('EADDRINUSE')
  })

  it('MD-32 asks from another port where this user may not have it, and says so', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    await seeker.run('sysctl', '-qw', 'net.ipv4.ip_unprivileged_port_start=6000')
    const querier = await Querier.on(seeker, undefined, ['setpriv', '--bounding-set', '-net_bind_service'])
    const { endpointTexts, attempts } = await querier.resolve('alpha')
    expect(endpointTexts).toEqual([`${mds.address()}:2510`])
    expect(attempts).toMatchObject([{ status: 'found', error: null }])
    expect(attempts[0]?.detail).toMatch(/queried from port \d+, because port 5353 cannot be shared: .*EACCES/)
    const announcing = Announcer.on(seeker, { clusters: [{ name: 'beta' }] }, [
      'setpriv',
      '--bounding-set',
      '-net_bind_service',
    ])
    await expect(announcing).rejects.toMatchObject({ message: expect.stringMatching(/not permitted.*EACCES/) })
  })

  it('MD-32 shares it with a systemd-resolved on the same host, and both are received', async () => {
    await using network = await networkNamespaces({ shared: [lan], other: [lan] })
    const { shared, other } = network.hosts
    await resolvedOn(shared, [{ instance: 'mds1', cluster: 'by-resolved', port: 2513 }])
    await Announcer.on(shared, { clusters: [{ name: 'alpha', host: 'node1' }] })
    const there = await Querier.on(other)
    expect((await there.discover()).names.toSorted()).toEqual(['alpha', 'by-resolved'])
    const endpointTexts = ['alpha', 'by-resolved'].map(async (cluster) => (await there.resolve(cluster)).endpointTexts)
    expect(await Promise.all(endpointTexts)).toEqual([[`${shared.address()}:2510`], [`${shared.address()}:2513`]])

    await Announcer.on(other, { clusters: [{ name: 'beta', host: 'node2' }] })
    // It passes over what comes from its own host.
    const { names, attempts } = await (await Querier.on(shared)).discover()
    expect(names.toSorted()).toEqual(['alpha', 'beta'])
    expect(attempts).toMatchObject([{ status: 'found', detail: allUsed }])
    const queries = ['+short', '@127.0.0.53', 'pstorage-node2.local', 'A']
    expect((await shared.run('dig', ...queries)).trim()).toBe(other.address())
  })

  it('finds an MDS that multicast-dns answers for', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    const service = { instance: 'mds1', host: 'mds.local', addresses: [mds.address()], port: 2510 }
    await multicastHostOn(mds, [{ ...service, txt: { cluster: 'alpha' } }])
    expect((await (await Querier.on(seeker)).resolve('alpha')).endpointTexts).toEqual([`${mds.address()}:2510`])
  })
})
