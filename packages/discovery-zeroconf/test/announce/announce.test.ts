import { DiscoveryError } from '@pstorage/discovery-core'
import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { announceOn } from '../../src/announce/announce.js'
import type { AnnounceOptions } from '../../src/announce/announce-options.js'
import type { HostInterface } from '../../src/link/host-interfaces.js'
import { multicastResponse } from '../multicast-response.js'
import { packetRecords } from '../service-packets.js'
import { networkInterface } from '../simulated-medium.js'
import { announcing, oneInterface, simulatedWire } from './simulated-wire.js'

const code = (error: string): Error => Object.assign(new Error(error), { code: error })

describe('announce', () => {
  it('resolves when everything was announced, and says what happens', async () => {
    const wire = simulatedWire()
    const { announcement, events } = announcing(wire, wire.host(oneInterface()))
    await wire.clock.advance(1_100)
    const { instances, interfaces } = await announcement
    expect(instances).toEqual([
      { cluster: 'alpha', name: 'alpha on node1', host: 'pstorage-node1.local', address: null, port: 2510 },
    ])
    expect(interfaces).toEqual(['eth0'])
    const where = { interface: 'eth0', family: 'IPv4' }
    const there = { cluster: 'alpha', name: 'alpha on node1', endpoints: [{ address: '192.0.2.10', port: 2510 }] }
    expect(events).toEqual([
      { type: 'interface-up', ...where },
      { type: 'probing', ...where },
      { type: 'announced', ...where, instances: [there] },
    ])
    expect(wire.sent).toHaveLength(4)
  })

  it('RFC 6762 s10.1 says goodbye when it is stopped, and leaves nothing open', async () => {
    const wire = simulatedWire()
    const { announcement } = announcing(wire, wire.host(oneInterface()))
    await wire.clock.advance(10_000)
    const stopping = (await announcement).stop()
    await wire.clock.advance(0)
    await stopping
    const goodbye = wire.sent.at(-1)
    expect(goodbye?.answers.toSorted()).toEqual([
      '!A pstorage-node1.local 192.0.2.10',
      '!SRV alpha\\032on\\032node1._pstorage._tcp.local 0 0 2510 pstorage-node1.local',
      '!TXT alpha\\032on\\032node1._pstorage._tcp.local txtvers=1,cluster=alpha',
      'PTR _alpha._sub._pstorage._tcp.local alpha\\032on\\032node1._pstorage._tcp.local',
      'PTR _pstorage._tcp.local alpha\\032on\\032node1._pstorage._tcp.local',
    ])
    expect(goodbye?.message.answers.map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0, 0])
    expect(wire).toMatchObject({ openPorts: 0 })
    expect(wire.clock.sleepers).toBe(0)
  })

  it('publishes each given endpoint under a name of its own', async () => {
    const wire = simulatedWire()
    const clusters = [
      { name: 'alpha', endpoints: ['198.51.100.1', '[2001:db8::1]:2511'], priority: 1, weight: 2 },
      { name: 'beta', endpoints: [{ address: '198.51.100.1', port: 2510, priority: 7, weight: null }] },
    ]
    const { announcement } = announcing(wire, wire.host(oneInterface()), { clusters })
    await wire.clock.advance(2_000)
    expect((await announcement).instances.map(({ name, host }) => [name, host])).toEqual([
      ['alpha at 198.51.100.1:2510', 'pstorage-198-51-100-1.local'],
      ['alpha at [2001:db8::1]:2511', 'pstorage-2001-db8--1.local'],
      ['beta at 198.51.100.1:2510', 'pstorage-198-51-100-1.local'],
    ])
    const lines = wire.sent.flatMap(({ answers }) => answers)
    expect(lines).toContain('!AAAA pstorage-2001-db8--1.local 2001:db8::1')
    expect(lines.some((line) => line.startsWith('!SRV alpha') && line.includes(' 1 2 2511 '))).toBe(true)
    expect(lines.some((line) => line.startsWith('!SRV beta') && line.includes(' 7 0 2510 '))).toBe(true)
  })

  it('numbers names that would be the same once they are cut', async () => {
    const wire = simulatedWire()
    const endpoints = ['[2001:db8:1:2:3:4:5:1]', '[2001:db8:1:2:3:4:5:2]', '[2001:db8:1:2:3:4:5:3]']
    const clusters = [{ name: 'a'.repeat(62), endpoints }]
    const { announcement, events } = announcing(wire, wire.host(oneInterface()), { clusters })
    await wire.clock.advance(5_000)
    const { instances } = await announcement
    const start = `${'a'.repeat(43)} at [2001:db8:1:2:3:`
    expect(instances.map(({ name }) => name)).toEqual([start, `${start.slice(4)} (2)`, `${start.slice(4)} (3)`])
    expect(new Set(wire.sent.flatMap(({ answers }) => answers.filter((line) => line.startsWith('!SRV')))).size).toBe(3)
    // A host else has the second one: the next number that is free among ours.
    const [, second] = instances
    const location = packetRecords({ instance: second?.name ?? '', port: 1 }).filter(({ type }) => type === 'SRV')
    wire.say(multicastResponse(location))
    await wire.clock.advance(1)
    wire.say(multicastResponse(location))
    await wire.clock.advance(5_000)
    expect(events.flatMap((event) => (event.type === 'renamed' ? [event.to] : []))).toEqual([`${start.slice(4)} (4)`])
  })

  it('announces on both versions of IP', async () => {
    const wire = simulatedWire()
    const ipv6 = [{ address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' }]
    const { announcement, events } = announcing(wire, wire.host(oneInterface('192.0.2.10', { ipv6 })))
    await wire.clock.advance(2_000)
    await announcement
    const families = events.flatMap((event) => (event.type === 'announced' ? [event.family] : []))
    expect(families.toSorted()).toEqual(['IPv4', 'IPv6'])
    expect(wire.sent.at(-1)?.answers).toContain('!AAAA pstorage-node1.local fe80::10')
  })

  it.each([
    ['a link-local address', 'fe80::1%eth1', 'fe80::1', 'eth1'],
    ['a loopback address', '127.0.0.1', '127.0.0.1', undefined],
  ])('publishes %s where it means something', async (_, endpoint, shown, where) => {
    const wire = simulatedWire()
    const hosts = (): HostInterface[] => [
      networkInterface('eth0', '192.0.2.10'),
      networkInterface('eth1', '192.0.3.10'),
    ]
    const clusters = [{ name: 'alpha', endpoints: [endpoint.includes(':') ? `[${endpoint}]` : endpoint] }]
    const { announcement, events } = announcing(wire, wire.host(hosts), { clusters })
    await wire.clock.advance(2_000)
    await announcement
    const places = wire.sent.filter(({ answers }) => answers.some((line) => line.endsWith(` ${shown}`)))
    expect([...new Set(places.map(({ from }) => from))]).toEqual(where === undefined ? [] : ['192.0.3.10'])
    const codes = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
    expect(codes).toEqual(where === undefined ? ['mdns-announce-nowhere'] : [])
  })

  it('warns of a cluster name that leaves no room for a subtype', async () => {
    const wire = simulatedWire()
    const { announcement, events } = announcing(wire, wire.host(oneInterface()), {
      clusters: [{ name: 'x'.repeat(63), host: 'node1' }],
    })
    await wire.clock.advance(2_000)
    await announcement
    expect(events.some((event) => event.type === 'warning' && event.code === 'mdns-announce-no-subtype')).toBe(true)
    expect(wire.sent.flatMap(({ answers }) => answers).some((line) => line.includes('_sub'))).toBe(false)
  })

  it('is stopped by its signal, also while it is still probing', async () => {
    const wire = simulatedWire()
    const controller = new AbortController()
    const { announcement } = announcing(wire, wire.host(oneInterface()), { signal: controller.signal })
    await wire.clock.advance(300)
    controller.abort(new Error('enough'))
    await wire.clock.advance(0)
    await expect(announcement).rejects.toThrow('enough')
    expect(wire).toMatchObject({ openPorts: 0 })
    expect(wire.clock.sleepers).toBe(0)
  })

  it('takes new content: only what is new is probed, and only what is gone is taken back', async () => {
    const wire = simulatedWire()
    const { announcement } = announcing(wire, wire.host(oneInterface()))
    await wire.clock.advance(10_000)
    wire.sent.length = 0
    const announcer = await announcement
    const updating = announcer.update({ clusters: [{ name: 'beta', host: 'node1' }] })
    await wire.clock.advance(2_000)
    await updating
    expect(announcer.instances.map(({ name }) => name)).toEqual(['beta on node1'])
    const withdrawn = wire.sent[0]
    expect(withdrawn?.answers.every((line) => line.includes('alpha'))).toBe(true)
    expect(withdrawn?.message.answers.map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0])
    expect(wire.sent[1]?.message.questions).toHaveLength(1)
    await expect(announcer.update({ clusters: [] })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    const stopping = announcer.stop()
    await wire.clock.advance(0)
    await stopping
    await expect(announcer.update({ clusters: [{ name: 'beta' }] })).rejects.toMatchObject({
      code: 'ERR_ANNOUNCER_STOPPED',
    })
  })
})

describe('names', () => {
  it('RFC 6762 s9 takes another name where a host has it already', async () => {
    const wire = simulatedWire()
    const first = announcing(wire, wire.host(oneInterface('192.0.2.10')))
    await wire.clock.advance(5_000)
    const second = announcing(wire, wire.host(oneInterface('192.0.2.20')), {
      clusters: [{ name: 'alpha', host: 'node1', port: 2599 }],
      seed: 2,
    })
    await wire.clock.advance(5_000)
    const renamed = second.events.filter(({ type }) => type === 'renamed')
    expect(renamed).toEqual(
      expect.arrayContaining([
        { type: 'renamed', kind: 'instance', from: 'alpha on node1', to: 'alpha on node1 (2)' },
        { type: 'renamed', kind: 'host', from: 'pstorage-node1.local', to: 'pstorage-node1-2.local' },
      ]),
    )
    expect((await first.announcement).instances.map(({ name }) => name)).toEqual(['alpha on node1'])
    expect((await second.announcement).instances.map(({ name }) => name)).toEqual(['alpha on node1 (2)'])
    const ttls = wire.sent.flatMap(({ message }) => message.answers.map(({ ttl }) => ttl))
    expect(ttls).not.toContain(0)
  })

  it('MD-16 two hosts that start together end with different names', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const wire = simulatedWire()
      const hosts = [1, 2, 3].map((number) => {
        const medium = wire.host(oneInterface(`192.0.2.${number}`))
        return announcing(wire, medium, { clusters: [{ name: 'alpha', host: 'node1' }], seed: 10 * seed + number })
      })
      await wire.clock.advance(20_000)
      const instances = await Promise.all(hosts.map(async ({ announcement }) => (await announcement).instances[0]))
      expect(new Set(instances.map((instance) => instance?.host)).size).toBe(3)
      expect(new Set(instances.map((instance) => instance?.name)).size).toBe(3)
    }
  }, 20_000)

  it('two hosts that announce the same endpoint of the same cluster share the name', async () => {
    const wire = simulatedWire()
    const clusters = [{ name: 'alpha', endpoints: ['198.51.100.1'] }]
    const [first, second] = ['192.0.2.1', '192.0.2.2'].map((address, seed) => {
      return announcing(wire, wire.host(oneInterface(address)), { clusters, seed })
    })
    await wire.clock.advance(10_000)
    expect([...(first?.events ?? []), ...(second?.events ?? [])].some(({ type }) => type === 'renamed')).toBe(false)
    wire.sent.length = 0
    const stopping = (await first?.announcement)?.stop()
    await wire.clock.advance(1_000)
    await stopping
    // Rescued within the second that a goodbye leaves (section 10.1).
    const rescued = wire.sent.filter(({ from }) => from === '192.0.2.2').flatMap(({ answers }) => answers)
    expect(rescued.filter((line) => line.startsWith('PTR _pstorage._tcp.local'))).toHaveLength(1)
    expect(rescued.some((line) => line.startsWith('!SRV'))).toBe(true)
  })

  it('MD-15 slows down where every name is disputed, and warns', async () => {
    const wire = simulatedWire()
    const { announcement, events } = announcing(wire, wire.host(oneInterface()))
    let seen = 0
    for (let step = 0; step < 800; step += 1) {
      await wire.clock.advance(50)
      for (const { message } of wire.sent.slice(seen)) {
        for (const { name, type } of message.questions) {
          const [label = ''] = name
          if (type !== RecordType.ANY || !label.startsWith('alpha')) continue
          const records = packetRecords({ instance: label, port: 1 }).filter((record) => record.type === 'SRV')
          wire.say(multicastResponse(records))
        }
      }
      seen = wire.sent.length
    }
    const conflicts = events.filter(({ type }) => type === 'renamed').length
    expect(conflicts).toBeGreaterThanOrEqual(15)
    expect(conflicts).toBeLessThanOrEqual(15 + 40_000 / 5_000)
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
    expect(warnings).toEqual(['mdns-announce-conflicts'])
    void announcement
  })

  it('MD-17 answers as many questions at a time as it has room for, and warns of the rest now and then', async () => {
    const wire = simulatedWire()
    const { announcement, events } = announcing(wire, wire.host(oneInterface()))
    await wire.clock.advance(10_000)
    const questions = [{ name: '_pstorage._tcp.local', type: RecordType.PTR }]
    const query = multicastResponse([], { response: false, authoritative: false, questions, truncated: true })
    const flood = (): void => {
      for (let index = 0; index < 1_000; index += 1) wire.say(query, { address: `192.0.2.${index % 250}`, port: 5353 })
    }
    for (let second = 0; second < 15; second += 1) {
      flood()
      await wire.clock.advance(1_000)
    }
    await wire.clock.advance(20_000)
    const answers = wire.sent.filter(({ at, message }) => at > 10_000 && message.header.response)
    expect(answers.length).toBeGreaterThan(10)
    expect(answers.length).toBeLessThanOrEqual(15)
    const messages = events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []))
    expect(messages).toEqual(
      [488, 488 * 10, 488 * 4].map((count) => {
        const where = 'on eth0 (IPv4): 512 were waiting for an answer already'
        return `mdns-announce-limit: dropped ${count} questions ${where}`
      }),
    )
    void announcement
  })

  it('MD-34 two interfaces on one wire are no conflict', async () => {
    const wire = simulatedWire()
    const hosts = (): HostInterface[] => [
      networkInterface('eth0', '192.0.2.10'),
      networkInterface('eth1', '192.0.2.11'),
    ]
    const { announcement, events } = announcing(wire, wire.host(hosts))
    await wire.clock.advance(10_000)
    expect((await announcement).interfaces).toEqual(['eth0', 'eth1'])
    expect(events.some(({ type }) => type === 'renamed')).toBe(false)
    // Three probes and three announcements each, and no ping-pong.
    expect(wire.sent).toHaveLength(12)
  })
})

describe('interfaces', () => {
  it('MD-33 announces on one that appears, and again on one that was made anew, within 5 s', async () => {
    const wire = simulatedWire()
    let interfaces = [networkInterface('eth0', '192.0.2.10', { index: 2 })]
    const { announcement, events } = announcing(
      wire,
      wire.host(() => interfaces),
    )
    await wire.clock.advance(10_000)
    const announcer = await announcement
    interfaces = [networkInterface('eth0', '192.0.2.10', { index: 3 }), networkInterface('eth1', '192.0.3.10')]
    events.length = 0
    await wire.clock.advance(5_000)
    expect(announcer.interfaces).toEqual(['eth0', 'eth1'])
    expect(events.map((event) => [event.type, 'interface' in event && event.interface])).toEqual(
      expect.arrayContaining([
        ['interface-down', 'eth0'],
        ['interface-up', 'eth0'],
        ['interface-up', 'eth1'],
        ['announced', 'eth0'],
        ['announced', 'eth1'],
      ]),
    )
  })

  it('MD-33 announces new addresses', async () => {
    const wire = simulatedWire()
    let address = '192.0.2.10'
    const { announcement } = announcing(
      wire,
      wire.host(() => [networkInterface('eth0', address)]),
    )
    await wire.clock.advance(10_000)
    await announcement
    address = '192.0.2.11'
    wire.sent.length = 0
    await wire.clock.advance(5_000)
    expect(wire.sent.flatMap(({ answers }) => answers)).toContain('!A pstorage-node1.local 192.0.2.11')
  })

  it('MD-33 announces another address beside the first without a new probe', async () => {
    const wire = simulatedWire()
    const first = { address: '192.0.2.10', netmask: '255.255.255.0' }
    let ipv4 = [first]
    const medium = wire.host(() => [networkInterface('eth0', '192.0.2.10', { ipv4 })])
    const { announcement, events } = announcing(wire, medium)
    await wire.clock.advance(10_000)
    await announcement
    ipv4 = [first, { address: '198.51.100.10', netmask: '255.255.255.0' }]
    wire.sent.length = 0
    events.length = 0
    await wire.clock.advance(5_000)
    expect(events.map(({ type }) => type)).toEqual(['announced'])
    expect(wire.sent.flatMap(({ message }) => message.questions)).toEqual([])
    expect(wire.sent[0]?.answers).toEqual([
      '!A pstorage-node1.local 192.0.2.10',
      '!A pstorage-node1.local 198.51.100.10',
    ])
  })

  it('goes on elsewhere when one breaks, and comes back to it', async () => {
    const wire = simulatedWire()
    const hosts = (): HostInterface[] => [
      networkInterface('eth0', '192.0.2.10'),
      networkInterface('eth1', '192.0.3.10'),
    ]
    const { announcement, events } = announcing(wire, wire.host(hosts))
    await wire.clock.advance(10_000)
    const announcer = await announcement
    events.length = 0
    wire.breakPorts('192.0.3.10', code('ENETDOWN'))
    await wire.clock.advance(100)
    expect(announcer.interfaces).toEqual(['eth0'])
    expect(events).toMatchObject([
      { type: 'interface-down', interface: 'eth1' },
      { type: 'interface-unavailable', interface: 'eth1', error: { code: 'ENETDOWN' } },
    ])
    await wire.clock.advance(5_000)
    expect(announcer.interfaces).toEqual(['eth0', 'eth1'])
  })

  it.each([
    ['MD-29 there is none', [], {}, ['no network interface']],
    [
      'MD-30 none can multicast',
      [
        networkInterface('venet0', '192.0.2.10', { multicast: false }),
        networkInterface('eth0', '192.0.3.1', { up: false }),
      ],
      {},
      ['venet0 has no MULTICAST flag', 'eth0 is down'],
    ],
    ['it is not there', [networkInterface('eth0', '192.0.2.10')], { interfaces: ['eth7'] }, ["'eth7'"]],
    ['MD-32 the port is taken', [networkInterface('eth0', '192.0.2.10')], {}, ['eth0', 'EADDRINUSE']],
  ])('rejects with each interface and its reason: %s', async (title, interfaces, options, reasons) => {
    const wire = simulatedWire()
    const faults = title.includes('taken') ? { open: () => code('EADDRINUSE') } : {}
    const { announcement } = announcing(
      wire,
      wire.host(() => interfaces, faults),
      options,
    )
    await wire.clock.advance(10_000)
    const error: unknown = await announcement.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'AnnounceError', code: 'ERR_NO_INTERFACE' })
    for (const reason of reasons) expect(String(error)).toContain(reason)
    expect(wire).toMatchObject({ openPorts: 0 })
    expect(wire.clock.sleepers).toBe(0)
  })

  it('MD-32 announces on one interface where another cannot be used, and says so once', async () => {
    const wire = simulatedWire()
    const hosts = (): HostInterface[] => [
      networkInterface('eth0', '192.0.2.10'),
      networkInterface('eth1', '192.0.3.10'),
    ]
    const open = (name: string): Error | undefined => (name === 'eth1' ? code('EACCES') : undefined)
    const { announcement, events } = announcing(wire, wire.host(hosts, { open }))
    await wire.clock.advance(60_000)
    expect((await announcement).interfaces).toEqual(['eth0'])
    expect(events.filter(({ type }) => type === 'interface-unavailable')).toMatchObject([{ error: { code: 'EACCES' } }])
  })
})

describe('wrong arguments', () => {
  const wrong = (options: object): AnnounceOptions => options as AnnounceOptions // what callers without types may pass

  it.each([
    ['no cluster', { clusters: [] }, 'ERR_OPTION_INVALID'],
    ['nothing', {}, 'ERR_OPTION_INVALID'],
    ['a name that is none', { clusters: [{ name: 'my cluster' }] }, 'ERR_CLUSTER_NAME_INVALID'],
    ['a name twice', { clusters: [{ name: 'a' }, { name: 'A' }] }, 'ERR_OPTION_INVALID'],
    ['no endpoint', { clusters: [{ name: 'a', endpoints: [] }] }, 'ERR_OPTION_INVALID'],
    ['a host name', { clusters: [{ name: 'a', endpoints: ['mds1'] }] }, 'ERR_ENDPOINT_INVALID'],
    ['a multicast address', { clusters: [{ name: 'a', endpoints: ['224.0.0.251'] }] }, 'ERR_ENDPOINT_INVALID'],
    ['link-local without zone', { clusters: [{ name: 'a', endpoints: ['[fe80::1]'] }] }, 'ERR_ENDPOINT_INVALID'],
    ['no address', { clusters: [{ name: 'a', endpoints: [{ port: 1 }] }] }, 'ERR_ENDPOINT_INVALID'],
    ['port 0', { clusters: [{ name: 'a', endpoints: [{ address: '192.0.2.1', port: 0 }] }] }, 'ERR_OPTION_INVALID'],
    ['a weight', { clusters: [{ name: 'a', weight: -1 }] }, 'ERR_OPTION_INVALID'],
    ['an escape', { clusters: [{ name: 'a', host: 'x\u001b' }] }, 'ERR_OPTION_INVALID'],
    ['half a character', { clusters: [{ name: 'a', host: '\ud800' }] }, 'ERR_OPTION_INVALID'],
    ['no interface', { clusters: [{ name: 'a' }], interfaces: [] }, 'ERR_OPTION_INVALID'],
    ['a port', { clusters: [{ name: 'a' }], port: 65_536 }, 'ERR_OPTION_INVALID'],
    ['a TTL', { clusters: [{ name: 'a' }], ttls: { host: 0 } }, 'ERR_OPTION_INVALID'],
    ['a poll interval', { clusters: [{ name: 'a' }], pollInterval: 1 }, 'ERR_OPTION_INVALID'],
  ])('%s', async (_, options, expected) => {
    const wire = simulatedWire()
    const error: unknown = await announceOn(wire.host(oneInterface()), wrong(options)).catch(
      (reason: unknown) => reason,
    )
    expect(DiscoveryError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ code: expected })
    expect(wire).toMatchObject({ openPorts: 0 })
  })
})
