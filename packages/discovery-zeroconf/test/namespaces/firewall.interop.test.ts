import { avahiOn, type NamespaceHost, networkNamespaces, pythonZeroconfOn } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

/** A firewall as many hosts have it: only answers to what was sent come in, as far as these rules do not say otherwise. */
async function protect(host: NamespaceHost, ...rules: readonly string[]): Promise<void> {
  await host.run('nft', 'add table inet own')
  await host.run('nft', 'add chain inet own in { type filter hook input priority 0; policy drop; }')
  for (const rule of ['ct state established,related accept', 'iif lo accept', ...rules]) {
    await host.run('nft', `add rule inet own in ${rule}`)
  }
}

describe.concurrent('behind a firewall that drops what comes in (D6)', () => {
  it('a host that receives nothing: unavailable, and not silent', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    await protect(seeker)
    const querier = await Querier.on(seeker, {})
    const message = expect.stringMatching(
      /^cannot multicast on eth0 198\.18\.0\.1: what was sent over IPv4 did not .*firewall/,
    )
    const unavailable = [{ status: 'unavailable', error: { code: 'ERR_MULTICAST_NOT_RECEIVED', message } }]
    expect(await querier.discover()).toMatchObject({ outcome: 'undetermined', attempts: unavailable })
    expect(await querier.resolve('alpha')).toMatchObject({ outcome: 'undetermined', attempts: unavailable })
  })

  it('receives where the port of multicast DNS is let in, and is silent where no host answers', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    await protect(seeker, 'udp dport 5353 accept')
    const querier = await Querier.on(seeker)
    expect(await querier.resolve('alpha')).toMatchObject({ endpointTexts: [`${mds.address()}:2510`] })
    expect(await querier.resolve('nosuch')).toMatchObject({ attempts: [{ status: 'silent', error: null }] })
  })

  it('tells the interfaces apart', async () => {
    const links = [lan, { link: 'backup' }]
    await using network = await networkNamespaces({ seeker: links, mds: links })
    const { seeker, mds } = network.hosts
    await protect(seeker, 'iifname eth1 udp dport 5353 accept')
    const missing = await (await Querier.on(seeker)).resolve('alpha')
    const seen = missing.attempts.map(({ server, status }) => [server, status]).toSorted()
    expect(seen).toEqual([
      [`eth0 ${seeker.address('eth0')}`, 'unavailable'],
      [`eth1 ${seeker.address('eth1')}`, 'silent'],
    ])
    await avahiOn(mds, { mds: [{ instance: 'alpha' }] })
    expect(await (await Querier.on(seeker)).resolve('alpha')).toMatchObject({ outcome: 'found' })
  })

  it.each([
    ['IPv4', 'meta nfproto ipv6 udp dport 5353 accept'],
    ['IPv6', 'meta nfproto ipv4 udp dport 5353 accept'],
  ])('tells the IP versions apart: %s', async (family, rule) => {
    const plug = { link: 'lan', ipv6: true }
    await using network = await networkNamespaces({ seeker: [plug] })
    await protect(network.hosts.seeker, rule)
    const { attempts } = await (await Querier.on(network.hosts.seeker)).resolve('alpha')
    const message = expect.stringContaining(`what was sent over ${family} did not come back`)
    expect(attempts).toMatchObject([{ status: 'unavailable', error: { message } }])
  })

  it('what a watch knows is stale, and not removed, once nothing comes in any more', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    const announcing = await pythonZeroconfOn(mds, [{ instance: 'alpha', ttl: 10 }])
    const querier = await Querier.on(seeker)
    querier.watch('alpha')
    await querier.saw(`snapshot ${mds.address()}:2510`)
    await protect(seeker)
    await announcing.stop()
    await querier.saw(`stale ${mds.address()}:2510`)
    expect(querier.seen.filter((line) => line.startsWith('removed'))).toEqual([])
  })
})
