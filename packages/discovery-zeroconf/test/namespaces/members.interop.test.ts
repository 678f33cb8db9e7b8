import { avahiOn, type NamespaceProcess, networkNamespaces } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { Announcer } from './announcer.js'
import { buildForHosts, Querier } from './querier.js'

beforeAll(buildForHosts)

const lan = { link: 'lan' }

describe.concurrent('the members of a cluster', () => {
  it('are all found where three have a plain service file, and a fourth is announced with a subtype', async () => {
    await using network = await networkNamespaces({ seeker: [lan], one: [lan], two: [lan], three: [lan], four: [lan] })
    const { seeker, four, ...plain } = network.hosts
    // One after the other, so that Avahi calls them alpha, alpha #2 and alpha #3.
    for (const host of Object.values(plain)) await avahiOn(host, { mds: [{ instance: 'alpha' }] })
    await Announcer.on(four, { clusters: [{ name: 'alpha', host: 'node4' }] })
    const expected = [...Object.values(plain), four].map((host) => `${host.address()}:2510`).toSorted()
    const { endpointTexts, warnings } = await (await Querier.on(seeker, {})).resolve('alpha')
    expect(endpointTexts.toSorted()).toEqual(expected)
    expect(warnings).toEqual([])
    const watching = await Querier.on(seeker, {})
    watching.watchChanges('alpha')
    await watching.untilResolved('alpha', expected)
  })

  it('are found while Avahi starts: its host was announced just before its services', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    const querier = await Querier.on(seeker, {})
    let started: NamespaceProcess | undefined
    const avahi = avahiOn(mds, {
      mds: [{ instance: 'alpha' }],
      onStart: (running) => {
        started = running
      },
    })
    while (started === undefined) await new Promise(setImmediate)
    await started.lines.when(1, (line) => line.includes('Server startup complete'))
    const report = await querier.resolve('alpha')
    await avahi
    expect(report).toMatchObject({ outcome: 'found', endpointTexts: [`${mds.address()}:2510`], warnings: [] })
  })

  it('are found by a process that is busy for 3 s right after its query', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'mds1', cluster: 'alpha' }] })
    const querier = await Querier.on(seeker, {})
    const busy = 3_000
    expect(await querier.resolve('alpha', busy)).toMatchObject({
      outcome: 'found',
      endpointTexts: [`${mds.address()}:2510`],
    })
    const missing = await querier.resolve('nosuch', busy)
    expect(missing).toMatchObject({ attempts: [{ status: 'silent' }] })
    expect(missing.elapsed).toBeGreaterThan(busy + 1_000)
  })

  it('that no command could name are left out, with a warning', async () => {
    await using network = await networkNamespaces({ seeker: [lan], mds: [lan] })
    await avahiOn(network.hosts.mds, { mds: [{ instance: '-h' }, { instance: 'beta', cluster: '--version' }] })
    const { names, warnings } = await (await Querier.on(network.hosts.seeker)).discover()
    expect(names).toEqual([])
    expect(warnings.map(({ code }) => code)).toEqual(['mdns-name-invalid', 'mdns-name-invalid'])
  })
})
