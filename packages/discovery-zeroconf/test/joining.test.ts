import { nameToText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { discovered, resolved } from './answered.js'
import { multicastResponse } from './multicast-response.js'
import { type PacketService, packetRecords, servicePacket } from './service-packets.js'

const alpha = { instance: 'mds1', txt: ['cluster=alpha'] }
const ALPHA_QUESTION = 'PTR _alpha._sub._pstorage._tcp.local'
const ALL_QUESTION = 'PTR _pstorage._tcp.local'
const BY_NAME = ['SRV alpha._pstorage._tcp.local', 'TXT alpha._pstorage._tcp.local']

/** The packets, the first after 200 ms and the others right behind it. */
function burst(...packets: readonly Uint8Array[]) {
  return packets.map((bytes, index) => [200 + index, bytes] as const)
}

describe('discover', () => {
  it.each([
    ['by the TXT key', [{ instance: 'mds1', txt: ['cluster=alpha'] }], ['alpha']],
    ['by the instance name', [{ instance: 'alpha', txt: [] }], ['alpha']],
    ['by the instance name, without any TXT record', [{ instance: 'alpha' }], ['alpha']],
    [
      'once, however many instances, in whatever case',
      [
        { instance: 'mds1', txt: ['cluster=alpha'] },
        { instance: 'mds2', txt: ['CLUSTER=Alpha'] },
        { instance: 'ALPHA #2', txt: ['txtvers=1'] },
      ],
      ['alpha'],
    ],
    [
      'all of them',
      [
        { instance: 'b', txt: [] },
        { instance: 'mds1', txt: ['cluster=a'] },
      ],
      ['a', 'b'],
    ],
    ['although it has no usable address', [{ instance: 'alpha', txt: [], addresses: [], port: 0 }], ['alpha']],
    ['of an instance with dots and UTF-8', [{ instance: 'Größe\\. 7\\. Stock', txt: ['cluster=alpha'] }], ['alpha']],
    ['of an instance with 63 octets', [{ instance: 'x'.repeat(63), txt: [] }], ['x'.repeat(63)]],
  ] as const)('names a cluster %s', async (_, services, expected) => {
    const report = await discovered({ incoming: burst(servicePacket(...services)) })
    expect(report).toMatchObject({ outcome: 'found', clusters: expected, codes: [], statuses: ['found'] })
    expect(report.attempts[0]?.count).toBe(expected.length)
  })

  it.each([
    ['an instance name that is no cluster name', { instance: 'mds1\\.of alpha', txt: [] }],
    ['a TXT key that is none', { instance: 'alpha', txt: ['cluster=../../etc'] }],
    ['a name that a command would take for an option', { instance: '-h', txt: [] }],
    ['a TXT key that a command would take for an option', { instance: 'alpha', txt: ['cluster=--version'] }],
    ['MD-25 a control character in the instance name', { instance: 'mds\\007', txt: ['cluster=alpha'] }],
  ] as const)('leaves out %s, with a warning', async (_, service) => {
    const good = { instance: 'good', txt: [] }
    const report = await discovered({ incoming: burst(servicePacket(service, good)) })
    expect(report).toMatchObject({ clusters: ['good'], codes: ['mdns-name-invalid'] })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    expect(report.warnings[0]?.message).not.toMatch(/[\x00-\x1f]/)
  })

  it('names the source: the instance, the interface, the sender, and for how long', async () => {
    const { sources } = await discovered({
      incoming: burst(servicePacket({ ...alpha, instance: 'Größe\\. 7', ttl: 75 })),
    })
    const origin = 'Größe. 7 on eth0 from 192.0.2.21'
    expect(sources).toEqual([{ backend: 'zeroconf', method: 'mdns', origin, ttl: 75, authenticated: false }])
  })

  it('MD-12 does not name what has said goodbye before it was complete', async () => {
    const [pointer, , text] = packetRecords(alpha)
    if (pointer === undefined || text === undefined) throw new Error('there are both')
    const goodbye = multicastResponse([{ ...pointer, ttl: 0 }])
    const incoming = [
      [200, multicastResponse([pointer])],
      [201, goodbye],
      [1_250, multicastResponse([text])],
    ] as const
    expect(await discovered({ incoming })).toMatchObject({ outcome: 'undetermined', clusters: [] })
  })

  it('an instance that no host lists is none', async () => {
    const [, ...rest] = packetRecords(alpha)
    expect(await discovered({ incoming: burst(multicastResponse(rest)) })).toMatchObject({ clusters: [] })
  })
})

describe('resolve', () => {
  it('finds the instances of the cluster, without case, and no others', async () => {
    const services: PacketService[] = [
      { instance: 'mds1', txt: ['cluster=Alpha'], host: 'mds1.local', addresses: ['192.0.2.21'] },
      { instance: 'mds2', txt: ['cluster=alpha'], host: 'mds2.local', addresses: ['192.0.2.22'], port: 2511 },
      { instance: 'beta', txt: [], host: 'mds3.local', addresses: ['192.0.2.23'] },
    ]
    const report = await resolved({ incoming: burst(servicePacket(...services)) }, 'ALPHA')
    expect(report.endpointTexts.toSorted()).toEqual(['192.0.2.21:2510', '192.0.2.22:2511'])
    expect(report).toMatchObject({ outcome: 'found', codes: [] })
    expect(report.attempts[0]?.count).toBe(2)
  })

  it('tells all about an endpoint', async () => {
    const service = { ...alpha, host: 'mds1.local', priority: 3, weight: 7, port: 2599 }
    const [pointer, srv, text, address] = packetRecords(service)
    if (!pointer || !srv || !text || !address) throw new Error('there are four')
    const records = [
      { ...pointer, ttl: 4_500 },
      { ...srv, ttl: 120 },
      { ...text, ttl: 4_000 },
      { ...address, ttl: 60 },
    ]
    const { endpoints } = await resolved({ incoming: burst(multicastResponse(records)) })
    const origin = 'mds1 on eth0 from 192.0.2.21'
    expect(endpoints).toEqual([
      {
        address: '192.0.2.21',
        port: 2599,
        host: 'mds1.local',
        priority: 3,
        weight: 7,
        ttl: 60,
        sources: [{ backend: 'zeroconf', method: 'mdns', origin, ttl: 60, authenticated: false }],
      },
    ])
  })

  it('orders by priority, IPv4 before IPv6, link-local last and with its zone', async () => {
    const addresses = ['fe80::21', '2001:db8::21', '192.0.2.21']
    const services = [
      { ...alpha, instance: 'second', host: 'mds2.local', priority: 2, addresses: ['192.0.2.22'] },
      { ...alpha, instance: 'first', host: 'mds1.local', priority: 1, addresses },
    ]
    const { endpointTexts } = await resolved({ incoming: burst(servicePacket(...services)) })
    expect(endpointTexts).toEqual(['192.0.2.21:2510', '[2001:db8::21]:2510', '[fe80::21%eth0]:2510', '192.0.2.22:2510'])
  })

  it('MD-15 shows both hosts that claim the same instance', async () => {
    const one = packetRecords({ ...alpha, host: 'one.local', addresses: ['192.0.2.31'] })
    const other = packetRecords({ ...alpha, host: 'other.local', addresses: ['192.0.2.32'] })
    const incoming = [
      [200, multicastResponse(one), '192.0.2.31'],
      [201, multicastResponse(other), '192.0.2.32'],
    ] as const
    const { endpointTexts, codes } = await resolved({ incoming })
    expect(endpointTexts.toSorted()).toEqual(['192.0.2.31:2510', '192.0.2.32:2510'])
    expect(codes).toEqual(['mdns-instance-conflict'])
  })

  it('finds a service on a host that another one told the address of', async () => {
    const services = [
      { ...alpha, instance: 'mds1', port: 2510 },
      { ...alpha, instance: 'mds2', port: 2511, addresses: [] },
    ]
    const { endpointTexts } = await resolved({ incoming: burst(servicePacket(...services)) })
    expect(endpointTexts.toSorted()).toEqual(['192.0.2.21:2510', '192.0.2.21:2511'])
  })

  it.each([
    ['port 0', { port: 0 }, 'mdns-port-invalid'],
    ['DNS-38 a multicast address', { addresses: ['224.0.0.251'] }, 'mdns-address-invalid'],
    ['DNS-38 no host', { addresses: ['0.0.0.0'] }, 'mdns-address-invalid'],
    ['DNS-38 the unspecified address', { addresses: ['::'] }, 'mdns-address-invalid'],
    ['MD-27 a target that no host reports the address of', { addresses: [] }, 'mdns-target-unresolved'],
    ['MD-8 a target outside local', { host: 'mds1.example.org' }, 'mdns-target-unresolved'],
  ] as const)('%s is a warning, and the cluster known', async (_, changes, code) => {
    const report = await resolved({ incoming: burst(servicePacket({ ...alpha, ...changes })) })
    expect(report).toMatchObject({ outcome: 'known', endpointTexts: [], codes: [code], statuses: ['empty'] })
  })

  it.each([
    ['a target that says there is no service', { host: '.', port: 0, addresses: [] }, [], []],
    [
      'a bad address beside a good one',
      { addresses: ['0.0.0.0', '192.0.2.21'] },
      ['192.0.2.21:2510'],
      ['mdns-address-invalid'],
    ],
    ['DNS-38 a loopback address', { addresses: ['127.0.0.1'] }, ['127.0.0.1:2510'], ['mdns-address-local']],
    ['an IPv4-mapped address', { addresses: ['::ffff:c000:215'] }, ['192.0.2.21:2510'], []],
    ['an IPv4 link-local address', { addresses: ['169.254.7.7'] }, ['169.254.7.7:2510'], []],
  ] as const)('%s', async (_, changes, endpointTexts, codes) => {
    expect(await resolved({ incoming: burst(servicePacket({ ...alpha, ...changes })) })).toMatchObject({
      endpointTexts,
      codes,
    })
  })

  it('says nothing about other clusters', async () => {
    const others = [
      { instance: 'beta', txt: [], port: 0 },
      { instance: 'no name', txt: [], host: 'nobody.local', addresses: [] },
    ]
    const report = await resolved({ incoming: burst(servicePacket(alpha), servicePacket(...others)) })
    expect(report.codes).toEqual([])
    const questions = report.queries.flatMap(({ questions }) => questions)
    expect(questions).toEqual([ALPHA_QUESTION, ...BY_NAME, ALL_QUESTION, ALPHA_QUESTION, ALL_QUESTION])
  })
})

describe('queries for missing records (MD-27)', () => {
  const records = packetRecords(alpha)
  const [pointer, service, text] = records
  if (!pointer || !service || !text) throw new Error('there are at least three')
  const name = 'mds1._pstorage._tcp.local'

  it.each([
    ['only the PTR', [pointer], [`TXT ${name}`, `SRV ${name}`]],
    ['without TXT', [pointer, service], [`TXT ${name}`]],
    ['without SRV', [pointer, text], [`SRV ${name}`]],
    ['without addresses', [pointer, service, text], ['A mds1.local', 'AAAA mds1.local']],
  ] as const)('%s', async (_, messages, expected) => {
    const { queries } = await resolved({ incoming: burst(multicastResponse(messages)) })
    const followUps = followUpsOf({ queries })
    expect(followUps.map(({ questions }) => questions)).toEqual([expected, expected])
    const [first, second] = followUps
    expect(first?.at).toBeGreaterThanOrEqual(220)
    expect(first?.at).toBeLessThanOrEqual(240)
    expect(second?.at).toBe((first?.at ?? 0) + 1_000)
  })

  it('discover asks for TXT alone', async () => {
    const { queries } = await discovered({ incoming: burst(multicastResponse([pointer])) })
    expect(queries.flatMap(({ questions }) => questions)).not.toContain(`SRV ${name}`)
    expect(queries.flatMap(({ questions }) => questions)).toContain(`TXT ${name}`)
  })

  it('does not ask what comes in the next packet', async () => {
    const incoming = burst(...records.map((record) => multicastResponse([record])))
    const { queries } = await resolved({ incoming })
    const questions = [[ALPHA_QUESTION], BY_NAME, [ALL_QUESTION], [ALPHA_QUESTION], [ALL_QUESTION]]
    expect(queries.map(({ questions }) => questions)).toEqual(questions)
  })

  it.each([
    // The first question for it gets no answer: no record is sent to the group twice within a second.
    ['0.7 s after the question, its address a second later', 730, 1_790, ['192.0.2.21:2510']],
    ['1.4 s after the question, its address a second later', 1_430, 2_490, ['192.0.2.21:2510']],
    ['0.7 s after the question, its address at the very end', 730, 2_990, ['192.0.2.21:2510']],
    ['0.7 s after the question, its address too late', 730, 3_100, []],
  ] as const)('waits for what is missing: announced %s', async (_, announcedAt, answeredAt, endpointTexts) => {
    const incoming = [
      [announcedAt, multicastResponse([pointer, service, text])],
      [answeredAt, multicastResponse(records.slice(3))],
    ] as const
    const report = await resolved({ incoming })
    expect(report).toMatchObject({ endpointTexts, outcome: endpointTexts.length > 0 ? 'found' : 'known' })
    expect(report.endedAt).toBeLessThanOrEqual(3_040)
    const [first = 0, second = 0, ...others] = followUpsOf(report).map(({ at }) => at)
    expect([second - first, others]).toEqual([1_000, []])
  })

  it('ends a second after what was missing has come', async () => {
    const incoming = [
      [200, multicastResponse([pointer, service, text])],
      [1_500, multicastResponse(records.slice(3))],
    ] as const
    expect((await resolved({ incoming })).endedAt).toBe(2_500)
  })

  it.each([
    ['one that never says where it listens', { incomplete: [pointer, text], endsBy: 1_600 }],
    ['one whose host no host reports the address of', { incomplete: [pointer, service, text], endsBy: 1_600 }],
  ] as const)('is not held back for long by %s, beside others', async (_, { incomplete, endsBy }) => {
    const complete = { instance: 'mds2', txt: ['cluster=alpha'], host: 'mds2.local', addresses: ['192.0.2.22'] }
    const incoming = burst(servicePacket(complete), multicastResponse(incomplete))
    const { endpointTexts, endedAt } = await resolved({ incoming })
    expect(endpointTexts).toEqual(['192.0.2.22:2510'])
    expect(endedAt).toBeLessThanOrEqual(endsBy)
  })

  it.each([
    ['of another cluster', { instance: 'mds1', txt: ['cluster=beta'], addresses: [] }],
    ['whose host is outside of what multicast DNS tells', { ...alpha, host: 'mds1.example.org', addresses: [] }],
  ] as const)('does not wait for one %s', async (_, incomplete) => {
    const { endedAt } = await resolved({ incoming: burst(servicePacket(incomplete)) })
    expect(endedAt).toBeLessThanOrEqual(1_600)
  })

  it('stops when the answer has come, or the instance has gone', async () => {
    const late = [
      [200, multicastResponse([pointer])],
      [600, multicastResponse(records.slice(1))],
    ] as const
    expect(followUpsOf(await resolved({ incoming: late }))).toHaveLength(1)
    const gone = [
      [200, multicastResponse([pointer])],
      [600, multicastResponse([{ ...pointer, ttl: 0 }])],
    ] as const
    expect(followUpsOf(await resolved({ incoming: gone }))).toHaveLength(2)
  })

  it('takes an instance without any TXT record by its name, but only when listening has ended', async () => {
    const bare = servicePacket({ instance: 'alpha' })
    const report = await resolved({ incoming: burst(bare) })
    expect(report).toMatchObject({ outcome: 'found', endpointTexts: ['192.0.2.21:2510'], codes: [] })
    expect(report.firstResultAt).toBe(report.endedAt)
    expect(await resolved({ incoming: burst(bare), timeout: 800 })).toMatchObject({
      endpointTexts: [],
      statuses: ['timeout'],
    })
  })

  it('warns of an instance that never says where it listens', async () => {
    const report = await resolved({ incoming: burst(multicastResponse([pointer, text])) })
    expect(report).toMatchObject({ outcome: 'known', codes: ['mdns-service-missing'] })
  })
})

describe('queries for one cluster', () => {
  const subtyped = (service: PacketService): Uint8Array => {
    const [pointer, ...rest] = packetRecords(service)
    if (pointer === undefined) throw new Error('there is one')
    return multicastResponse([{ ...pointer, name: '_alpha._sub._pstorage._tcp.local' }, ...rest])
  }

  it.each([
    ['nothing came', []],
    ['it is known under its subtype', [[200, subtyped(alpha)]]],
    ['it is known under the service type', [[200, servicePacket(alpha)]]],
  ] as const)('asks for its subtype first, and for all 300 ms later, also where %s', async (_, incoming) => {
    const { listQueries } = await resolved({ incoming })
    const questions = listQueries.map(({ questions }) => questions)
    expect(questions).toEqual([[ALPHA_QUESTION], [ALL_QUESTION], [ALPHA_QUESTION], [ALL_QUESTION]])
    const [first = 0, second, third, fourth] = listQueries.map(({ at }) => at)
    expect([second, third, fourth]).toEqual([first + 300, first + 1_000, first + 1_300])
  })

  it('counts those that are announced without a subtype beside one that has it', async () => {
    const members = ['one', 'two', 'three'].map((instance, index) => {
      return { instance, txt: ['cluster=alpha'], host: `${instance}.local`, addresses: [`192.0.2.3${index}`] }
    })
    const incoming = [
      [60, subtyped(alpha)],
      [400, servicePacket(...members)],
    ] as const
    const { endpointTexts } = await resolved({ incoming })
    expect(endpointTexts.toSorted()).toEqual(['192.0.2.21', '192.0.2.30', '192.0.2.31', '192.0.2.32'].map(withPort))
  })

  it('MD-20 lists as known what was sent, also where it was sent under the subtype alone', async () => {
    const { sent } = await resolved({ incoming: [[200, subtyped(alpha)]] })
    const known = sent.map(({ message }) => message.answers.map(({ name }) => nameToText(name)))
    const [alphas, all] = ['_alpha._sub._pstorage._tcp.local', '_pstorage._tcp.local']
    expect(known).toEqual([[], [], [all], [alphas], [all]])
  })

  it('asks for all at once when the name is too long for a subtype', async () => {
    const longest = await resolved({}, 'x'.repeat(62))
    expect(longest.queries[0]?.questions).toEqual([`PTR _${'x'.repeat(62)}._sub._pstorage._tcp.local`])
    const tooLong = await resolved({}, 'x'.repeat(63))
    expect(tooLong.queries[0]?.questions).toEqual([ALL_QUESTION])
  })
})

describe('queries for the instance with the name of the cluster', () => {
  /** The answer: who is queried by name does not list itself. */
  const answered = (service: Omit<PacketService, 'instance'>, instance = 'alpha') => {
    const [, ...records] = packetRecords({ instance, ...service })
    return multicastResponse(records)
  }

  it('asks once, beside the list and in a message of its own', async () => {
    const { queries } = await resolved({})
    const [list, name, ...later] = queries
    expect(list?.questions).toEqual([ALPHA_QUESTION])
    expect(name).toEqual({ ...list, questions: BY_NAME })
    expect(later.flatMap(({ questions }) => questions)).not.toContain(BY_NAME[0])
  })

  it('asks for no instance by name where all are wanted', async () => {
    const { queries } = await discovered({})
    expect(new Set(queries.flatMap(({ questions }) => questions))).toEqual(new Set([ALL_QUESTION]))
  })

  it.each([
    ['whose TXT record names the cluster', { txt: ['cluster=alpha'] }, 'alpha'],
    ['whose TXT record names no cluster', { txt: ['txtvers=1'] }, 'alpha'],
    ['whose TXT record is empty', { txt: [] }, 'alpha'],
    ['in other case', { txt: [] }, 'ALPHA'],
  ] as const)('finds it as soon as it answers, %s', async (_, service, instance) => {
    const report = await resolved({ incoming: [[50, answered(service, instance)]] })
    expect(report).toMatchObject({ outcome: 'found', endpointTexts: ['192.0.2.21:2510'], firstResultAt: 50, codes: [] })
    expect(report.endpoints[0]?.sources.map(({ origin }) => origin)).toEqual([`${instance} on eth0 from 192.0.2.21`])
  })

  it.each([
    ['belongs to another cluster', { txt: ['cluster=beta'] }],
    ['belongs to what is no cluster', { txt: ['cluster='] }],
    ['does not say to which cluster it belongs', {}],
  ] as const)('does not take it for one that %s', async (_, service) => {
    const report = await resolved({ incoming: [[50, answered(service)]] })
    expect(report).toMatchObject({ outcome: 'undetermined', endpointTexts: [], statuses: ['silent'], codes: [] })
  })

  it.each([
    ['before it', 40],
    ['after it', 60],
    ['after the answer of others', 1_200],
  ] as const)('tells nothing twice that is listed %s', async (_, at) => {
    const listed = servicePacket({ instance: 'alpha', txt: [] })
    const incoming = [[50, answered({ txt: [] })] as const, [at, listed] as const].toSorted(
      ([one], [other]) => one - other,
    )
    const { endpoints, attempts } = await resolved({ incoming })
    expect(endpoints.map(({ sources }) => sources.length)).toEqual([1])
    expect(attempts[0]?.count).toBe(1)
  })

  it('asks for all, as there may be others', async () => {
    const other = servicePacket({ instance: 'alpha #2', txt: [], host: 'mds2.local', addresses: ['192.0.2.22'] })
    const incoming = [[50, answered({ txt: [] })] as const, [400, other] as const]
    const report = await resolved({ incoming })
    expect(report.endpointTexts.toSorted()).toEqual(['192.0.2.21:2510', '192.0.2.22:2510'])
    expect(report.queries.flatMap(({ questions }) => questions)).toContain(ALL_QUESTION)
  })

  it('asks for its address when that is missing, and warns when there is none', async () => {
    const report = await resolved({ incoming: [[50, answered({ txt: [], addresses: [] })]] })
    const [followUp] = followUpsOf(report)
    expect(followUp?.questions).toEqual(['A mds1.local', 'AAAA mds1.local'])
    expect(report).toMatchObject({ outcome: 'known', statuses: ['empty'], codes: ['mdns-target-unresolved'] })
  })

  it('MD-15 shows both hosts that answer to the name', async () => {
    const incoming = [
      [50, answered({ txt: [], host: 'one.local', addresses: ['192.0.2.31'] }), '192.0.2.31'],
      [51, answered({ txt: [], host: 'other.local', addresses: ['192.0.2.32'] }), '192.0.2.32'],
    ] as const
    const { endpointTexts, codes } = await resolved({ incoming })
    expect(endpointTexts.toSorted()).toEqual(['192.0.2.31:2510', '192.0.2.32:2510'])
    expect(codes).toEqual(['mdns-instance-conflict'])
  })
})

describe('limits', () => {
  const services = Array.from({ length: 10 }, (_, index) => ({
    ...alpha,
    instance: `mds${index}`,
    port: 2_000 + index,
  }))

  it.each([
    ['results', { results: 3 }],
    ['packetBytes', { packetBytes: 100 }],
  ])('%s: what is beyond is left out, with one warning', async (_, limits) => {
    const incoming = burst(...services.map((service) => servicePacket(service)))
    const report = await resolved({ incoming, options: { limits } })
    expect(report.codes).toEqual(['mdns-limit'])
    expect(report.endpointTexts.length).toBeLessThan(services.length)
  })

  it('MD-18 records: a host that sends all at once is received, however few records are kept', async () => {
    const incoming = burst(...services.map((service) => servicePacket(service)))
    const report = await resolved({ incoming, options: { limits: { records: 4 } } })
    expect(report.codes).toEqual(['mdns-limit'])
    expect(report.endpointTexts).toHaveLength(services.length)
  })

  it('MD-18 records: what was queried may be in what had to go, and that is not silence', async () => {
    const others = services.map((service) => ({ ...service, txt: ['cluster=beta'] }))
    const report = await resolved({ incoming: burst(servicePacket(...others)), options: { limits: { records: 4 } } })
    expect(report).toMatchObject({ outcome: 'undetermined', statuses: ['failed'], errors: ['ERR_LIMIT_REACHED'] })
  })

  it('recordsPerName: no host fills the report with addresses', async () => {
    const addresses = Array.from({ length: 200 }, (_, index) => `10.0.0.${index + 1}`)
    const report = await resolved({ incoming: burst(servicePacket({ ...alpha, addresses })) })
    expect(report.endpointTexts).toHaveLength(100)
    expect(report.codes).toEqual(['mdns-limit'])
  })

  it('questions: no host causes questions without end', async () => {
    const pointers = services.flatMap((service) => packetRecords(service).slice(0, 1))
    const incoming = burst(multicastResponse(pointers))
    const report = await resolved({ incoming, options: { limits: { questions: 5 } } })
    const questions = new Set(report.queries.flatMap(({ questions }) => questions))
    expect(questions.size).toBe(5)
    expect(report.codes).toEqual(['mdns-limit'])
  })

  it('MD-18 a flood of instances neither takes away those before it nor keeps out those after it', async () => {
    const flood = (round: number) =>
      Array.from({ length: 50 }, (_, packet) => {
        const names = Array.from({ length: 100 }, (_, index) => `_${round}-${packet}-${index}`)
        return multicastResponse(names.flatMap((instance) => packetRecords({ instance }).slice(0, 1)))
      })
    const before = servicePacket(alpha)
    const after = servicePacket({ ...alpha, instance: 'mds2', host: 'mds2.local', addresses: ['192.0.2.22'] })
    const report = await resolved({ incoming: burst(...flood(1), before, ...flood(2), after, ...flood(3)) })
    expect(report.endpointTexts.toSorted()).toEqual(['192.0.2.21:2510', '192.0.2.22:2510'])
    expect(new Set(report.codes)).toEqual(new Set(['mdns-limit']))
  })
})

function withPort(address: string): string {
  return `${address}:2510`
}

/** The messages that ask for what an answer left out. */
function followUpsOf<Asked extends { readonly questions: readonly string[] }>(report: {
  readonly queries: readonly Asked[]
}) {
  return report.queries.filter(({ questions: [first = ''] }) => !first.startsWith('PTR ') && first !== BY_NAME[0])
}
