import { seededRandom } from '@pstorage/discovery-core'
import { nameToText, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import {
  address,
  alpha,
  claimsOf,
  host,
  instance,
  pointer,
  query,
  response,
  scene,
  service,
  settled,
  text,
} from './responder-scene.js'

const browse = 'PTR _pstorage._tcp.local'
const addressLines = [`!A ${host} 192.0.2.10`, `!AAAA ${host} 2001:db8::10`]
const uniqueLines = [`!SRV ${instance} 0 0 2510 ${host}`, `!TXT ${instance} txtvers=1,cluster=alpha`]

describe('starting', () => {
  it('RFC 6762 s8.1 probes three times, 250 ms apart, with all records in the authority section', () => {
    const { said, pass } = scene({ random: { below: () => 137 } })
    pass(900)
    expect(said.map(({ at }) => at)).toEqual([137, 387, 637, 887])
    for (const { message, questions, authorities } of said.slice(0, 3)) {
      expect(message.header).toMatchObject({ id: 0, response: false, truncated: false })
      expect(questions).toEqual([`ANY ${host}`, `ANY ${instance}`])
      // Without the cache-flush bit (section 10.2).
      expect(authorities).toEqual([...addressLines, ...uniqueLines].map((line) => line.slice(1)))
      expect(message.answers).toEqual([])
    }
  })

  it('RFC 6762 s8.1 waits 0 to 250 ms before the first probe', () => {
    const random = seededRandom(7)
    const starts = Array.from({ length: 500 }, () => scene({ random }).pass(250)[0]?.at ?? Number.NaN)
    expect(Math.min(...starts)).toBeLessThan(10)
    expect(Math.max(...starts)).toBeGreaterThan(240)
  })

  it('RFC 6762 s8.3 announces three times, a little more than 1 s and 2 s apart, with the cache-flush bit on unique records only', () => {
    const { said, pass } = scene()
    pass(60_000)
    const announcements = said.slice(3)
    expect(announcements.map(({ at }) => at)).toEqual([750, 1_770, 3_810])
    for (const { message, answers } of announcements) {
      expect(message.header).toMatchObject({ id: 0, response: true, authoritative: true, rcode: 0 })
      expect(message.questions).toEqual([])
      expect(answers).toEqual([
        ...addressLines,
        `PTR _pstorage._tcp.local ${instance}`,
        `PTR _alpha._sub._pstorage._tcp.local ${instance}`,
        'PTR _services._dns-sd._udp.local _pstorage._tcp.local',
        ...uniqueLines,
      ])
    }
  })

  it('RFC 6762 s10 gives host records 120 s and the others 75 minutes', () => {
    const { said, pass } = scene()
    pass(1_000)
    const ttls = said.at(-1)?.message.answers.map(({ type, ttl }) => [type, ttl])
    const { A, AAAA, PTR, SRV, TXT } = RecordType
    expect(ttls).toEqual([
      [A, 120],
      [AAAA, 120],
      [PTR, 4_500],
      [PTR, 4_500],
      [PTR, 4_500],
      [SRV, 120],
      [TXT, 4_500],
    ])
  })

  it('answers nothing before its names are its own', () => {
    const { pass, hear } = scene()
    pass(600)
    hear(query([browse, `A ${host}`]))
    expect(pass(100)).toEqual([])
  })

  it('MD-35 takes nothing of what it says itself for a conflict', () => {
    const { conflicts, pass, hear, said } = scene()
    pass(10)
    hear(query([`ANY ${host}`, `ANY ${instance}`], { authorities: [address('192.0.2.10'), service(), text()] }))
    hear(response([pointer(), service(), text(), address('192.0.2.10'), address('2001:db8::10')]))
    pass(990)
    expect(conflicts).toEqual([])
    expect(said[3]?.answers).toHaveLength(7)
  })
})

describe('conflicts', () => {
  it.each([
    ['another port', service(2511)],
    ['another text', text(['cluster=beta'])],
    ['an address it does not have', address('192.0.2.99')],
  ])('MD-15 while probing: %s', (_, record) => {
    const { conflicts, pass, hear } = scene()
    pass(300)
    hear(response([record]))
    expect(conflicts).toMatchObject([{ phase: 'probing', at: 300 }])
  })

  it.each([
    ['what it says itself', service()],
    ['what is taken back', { ...service(2511), ttl: 0 }],
    ['another name', service(2511, { name: 'beta._pstorage._tcp.local' })],
    ['a shared record', pointer('beta._pstorage._tcp.local')],
  ])('none while probing: %s', (_, record) => {
    const { conflicts, pass, hear } = scene()
    pass(300)
    hear(response([record]))
    expect(conflicts).toEqual([])
  })

  it('MD-34 none where this host says so on another interface', () => {
    const { conflicts, pass, hear } = scene({ isOurs: true })
    pass(300)
    hear(response([address('192.0.2.99')]))
    expect(conflicts).toEqual([])
  })

  it('RFC 6762 s9 probes a name again that another host uses, and keeps it when that one is gone', () => {
    const { conflicts, pass, hear, said } = settled()
    hear(response([service(2511)]))
    expect(conflicts).toMatchObject([{ id: 'service alpha  on node1', phase: 'established' }])
    pass(60_000)
    expect(said.slice(0, 3).map(({ questions }) => questions)).toEqual(Array(3).fill([`ANY ${instance}`]))
    expect(said.slice(3)).toHaveLength(3)
  })

  it('RFC 6762 s8.1 probes all names that one response disputes in the same messages', () => {
    const clusters = ['alpha', 'beta', 'gamma', 'delta'].map((name) => ({ ...alpha, cluster: claimedName(name) }))
    const { conflicts, pass, hear, said } = settled({ services: clusters, random: seededRandom(7) })
    const names = claimsOf(clusters).map(({ name }) => nameToText(name))
    hear(response([...names.slice(1).map((name) => service(2511, { name })), address('192.0.2.99')]))
    expect(conflicts).toHaveLength(5)
    pass(60_000)
    expect(said.slice(0, 3).map(({ questions }) => questions)).toEqual(
      Array(3).fill(names.map((name) => `ANY ${name}`)),
    )
    expect(said.slice(3).map(({ questions }) => questions)).toEqual([[], [], []])
  })

  it('RFC 6762 s8.1 probes new names with those that are about to be probed', () => {
    const { responder, pass, said } = scene({ random: { below: () => 137 } })
    const beta = { ...alpha, cluster: claimedName('beta') }
    pass(100)
    responder.publish(claimsOf([alpha, beta]), 100)
    pass(60_000)
    expect(said.map(({ questions }) => questions.length)).toEqual([3, 3, 3, 0, 0, 0])
    expect(said[0]?.at).toBe(137)
  })

  it('MD-15 waits as long as it is told before it probes again', () => {
    const { pass, hear, said, now } = settled({ delay: 5_000 })
    hear(response([service(2511)]))
    pass(60_000)
    expect(said[0]?.at).toBe(now + 5_000)
  })

  it('says nothing for a name that was lost, and probes the next one', () => {
    const { responder, pass, said, now } = settled()
    const id = 'service alpha  on node1'
    responder.publish(claimsOf([alpha], undefined, new Map([[id, 2]])), now, { lost: new Set([id]) })
    pass(60_000)
    expect(said.flatMap(({ message }) => message.answers).filter(({ ttl }) => ttl === 0)).toEqual([])
    expect(said[0]?.questions).toEqual(['ANY alpha\\032on\\032node1\\032\\(2\\)._pstorage._tcp.local'])
  })
})

describe('MD-16 simultaneous probes', () => {
  it.each([
    ['later data wins', 'loses', [text(['cluster=zzz']), service()]],
    [
      'earlier data loses',
      'wins',
      [text(['txtvers=1', 'cluster=aaaaa']), service(1)].map((record) => ({ ...record, class: 1 })),
    ],
    ['the same data is no conflict', 'wins', [service(), text()]],
    ['one record less loses', 'wins', [text()]],
    ['one record more wins', 'loses', [text(), service(), { ...service(2511) }]],
    ['a lower port in SRV loses', 'wins', [text(), service(80)]],
  ] as const)('%s', (_, result, authorities) => {
    const { pass, hear, said } = scene()
    pass(260)
    hear(query([`ANY ${instance}`], { authorities }))
    pass(60_000)
    const probes = said.filter(({ questions }) => questions.includes(`ANY ${instance}`)).map(({ at }) => at)
    expect(probes).toEqual(result === 'wins' ? [0, 250, 500] : [0, 250, 1_260, 1_510, 1_760])
  })

  it('compares octets without sign, as the example of RFC 6762 s8.2 has it', () => {
    const { pass, hear, said } = scene({ own: ['169.254.99.200'] })
    pass(10)
    hear(query([`ANY ${host}`], { authorities: [address('169.254.200.50')] }))
    pass(400)
    expect(said.filter(({ questions }) => questions.includes(`ANY ${host}`))).toHaveLength(1)
  })
})

describe('answering', () => {
  it('RFC 6762 s6 delays shared answers by 20 to 120 ms', () => {
    const random = seededRandom(3)
    const delays = Array.from({ length: 300 }, () => {
      const { pass, hear, now } = settled({ random })
      hear(query([browse]))
      return (pass(1_000)[0]?.at ?? Number.NaN) - now
    })
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20)
    expect(Math.min(...delays)).toBeLessThan(25)
    expect(Math.max(...delays)).toBeLessThanOrEqual(120)
    expect(Math.max(...delays)).toBeGreaterThan(115)
  })

  it('RFC 6763 s12 sends along what will be asked next', () => {
    const { pass, hear } = settled()
    hear(query([browse]))
    const [answer, ...others] = pass(1_000)
    expect(others).toEqual([])
    expect(answer?.answers).toEqual([`PTR _pstorage._tcp.local ${instance}`])
    expect(answer?.additionals.toSorted()).toEqual([...addressLines, ...uniqueLines].toSorted())
    expect(answer?.to).toBeUndefined()
  })

  it.each([
    ['PTR _alpha._sub._pstorage._tcp.local', [`PTR _alpha._sub._pstorage._tcp.local ${instance}`]],
    ['PTR _ALPHA._SUB._PSTORAGE._TCP.LOCAL', [`PTR _alpha._sub._pstorage._tcp.local ${instance}`]],
    ['PTR _beta._sub._pstorage._tcp.local', []],
    ['PTR _services._dns-sd._udp.local', ['PTR _services._dns-sd._udp.local _pstorage._tcp.local']],
    [`SRV ${instance}`, [`!SRV ${instance} 0 0 2510 ${host}`]],
    [`TXT ${instance}`, [`!TXT ${instance} txtvers=1,cluster=alpha`]],
    [`ANY ${instance}`, uniqueLines],
    [`A ${host}`, [`!A ${host} 192.0.2.10`]],
    [`AAAA ${host}`, [`!AAAA ${host} 2001:db8::10`]],
    [`A ${instance}`, [`!NSEC ${instance}`]],
    ['A other.local', []],
  ])('answers %s', (asked, expected) => {
    const { pass, hear } = settled()
    hear(query([asked]))
    expect(pass(1_000).flatMap(({ answers }) => answers)).toEqual(expected)
  })

  it('RFC 6762 s6 answers at once what nobody else can answer', () => {
    const { pass, hear, now } = settled()
    hear(query([`SRV ${instance}`, `A ${host}`]))
    expect(pass(1_000).map(({ at }) => at)).toEqual([now])
  })

  it('RFC 6762 s6.1 says which records of its names do not exist', () => {
    const { pass, hear } = settled({ own: ['192.0.2.10'] })
    hear(query([`AAAA ${host}`]))
    const [nsec] = pass(1_000)[0]?.message.answers ?? []
    expect(nsec).toMatchObject({ type: RecordType.NSEC, class: 0x8001, ttl: 120 })
    // The name itself, then block 0 of one octet with the bit of A.
    const data = nsec?.data.kind === 'opaque' ? nsec.data.bytes : new Uint8Array()
    expect([...data].slice(-3)).toEqual([0, 1, 0b0100_0000])
    expect(data).toHaveLength(5)
  })

  it('RFC 6762 s6.4 answers several queries by one message', () => {
    const { pass, hear } = settled({ random: { below: (limit) => limit - 1 } })
    hear(query([browse]))
    pass(30)
    hear(query(['PTR _services._dns-sd._udp.local']), { address: '192.0.2.78' })
    expect(pass(1_000).map(({ answers }) => answers.length)).toEqual([2])
  })

  it.each([
    ['MD-20 a known answer', [pointer()], 0],
    ['a known answer with less than half of its time', [pointer(instance, 2_249)], 1],
    ['a known answer of somebody else', [pointer('beta._pstorage._tcp.local')], 1],
  ])('RFC 6762 s7.1 %s', (_, answers, count) => {
    const { pass, hear } = settled()
    hear(query([browse], { answers }))
    expect(pass(1_000)).toHaveLength(count)
  })

  it('RFC 6762 s7.4 leaves out what another host has just said', () => {
    const { pass, hear } = settled()
    hear(query([browse]))
    pass(10)
    hear(response([pointer()]))
    expect(pass(1_000)).toEqual([])
  })

  it('MD-24 says nothing to everybody twice within a second', () => {
    const { pass, hear } = settled()
    const times: number[] = []
    for (let asked = 0; asked < 30; asked += 1) {
      hear(query([browse, `SRV ${instance}`]))
      times.push(...pass(100).map(({ at }) => at))
    }
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(1)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
  })

  it('MD-24 defends a name within 250 ms, at once where it can', () => {
    const { pass, hear, now } = settled()
    const probe = query([`ANY ${instance}`], { authorities: [service(2511)] })
    hear(probe)
    pass(100)
    hear(probe)
    const { said } = { said: pass(1_000) }
    expect(said.map(({ at }) => at - now)).toEqual([250])
    expect(said[0]?.answers).toEqual(uniqueLines)
  })

  it('RFC 6762 s6.6 rescues a record that another host takes back', () => {
    const { pass, hear, now } = settled()
    hear(response([pointer(instance, 0)]))
    const [rescue] = pass(1_000)
    expect(rescue?.answers).toEqual([`PTR _pstorage._tcp.local ${instance}`])
    expect((rescue?.at ?? 0) - now).toBeLessThanOrEqual(120)
  })
})

describe('MD-19 known answers in several messages', () => {
  const truncated = { truncated: true }

  it('waits 400 to 500 ms for them', () => {
    const { pass, hear, now } = settled()
    hear(query([browse], truncated))
    expect(pass(1_000).map(({ at }) => at - now)).toEqual([400])
  })

  it('leaves out what they have, and answers others all the same', () => {
    const { pass, hear } = settled()
    hear(query([browse], truncated))
    pass(50)
    hear(query([], { answers: [pointer()] }))
    expect(pass(1_000)).toEqual([])
    hear(query([browse], truncated))
    hear(query([browse]), { address: '192.0.2.78' })
    hear(query([], { answers: [pointer()] }))
    expect(pass(1_000)).toHaveLength(1)
  })

  it('waits again after each, sixteen times at most', () => {
    const { pass, hear, now } = settled()
    hear(query([browse], truncated))
    const times: number[] = []
    for (let index = 0; index < 30; index += 1) {
      times.push(...pass(300).map(({ at }) => at - now))
      hear(query([], truncated))
    }
    expect(times).toEqual([16 * 300 + 400])
  })

  it('keeps 512 queriers waiting, and no more', () => {
    const { pass, hear } = settled()
    for (let index = 0; index < 2_000; index += 1)
      hear(query([browse], truncated), { address: `10.0.${index >> 8}.${index & 255}` })
    expect(pass(1_000)).toHaveLength(1)
  })
})

describe('unicast', () => {
  it('MD-23 answers a QU question by unicast when everybody was told within a quarter of the time', () => {
    const { pass, hear } = scene()
    pass(5_000)
    hear(query([`QU ${browse}`]))
    const [answer] = pass(1_000)
    expect(answer?.to).toMatchObject({ address: '192.0.2.77', port: 5353 })
    expect(answer?.answers).toEqual([`PTR _pstorage._tcp.local ${instance}`])
    expect(answer?.additionals).toContain(`!SRV ${instance} 0 0 2510 ${host}`)
  })

  it('MD-23 tells everybody when that is longer ago', () => {
    const { pass, hear } = settled()
    pass(2_000_000)
    hear(query([`QU ${browse}`]))
    expect(pass(1_000).map(({ to }) => to)).toEqual([undefined])
  })

  it('MD-22 answers legacy queries with their id and question, short lives and no cache-flush bit', () => {
    const { pass, hear } = settled()
    hear(query([browse], { id: 4_711 }), { port: 40_000, isLegacy: true })
    const [answer, ...others] = pass(1_000)
    expect(others).toEqual([])
    expect(answer?.to).toMatchObject({ address: '192.0.2.77', port: 40_000 })
    expect(answer?.message.header).toMatchObject({ id: 4_711, response: true, authoritative: true })
    expect(answer?.questions).toEqual([browse])
    const records = [...(answer?.message.answers ?? []), ...(answer?.message.additionals ?? [])]
    expect(records.length).toBeGreaterThan(4)
    for (const { ttl, class: recordClass } of records) {
      expect(ttl).toBeLessThanOrEqual(10)
      expect(recordClass).toBe(1)
    }
  })

  it('RFC 6762 s18.14 compresses the target of SRV records, but not for legacy queriers', () => {
    const { pass, hear } = settled()
    hear(query([`SRV ${instance}`]))
    hear(query([`SRV ${instance}`]), { port: 40_000, isLegacy: true })
    const lengths = pass(1_000).map(({ to, bytes }) => [
      to === undefined,
      Buffer.from(bytes).toString('latin1').split('\x05local').length - 1,
    ])
    expect(lengths).toEqual([
      [true, 1],
      [false, 2],
    ])
  })
})

describe('changes', () => {
  it('RFC 6762 s8.4 announces changed addresses again, without probing, at least a second after the last time', () => {
    const { responder, pass, said } = scene()
    pass(4_000)
    said.length = 0
    responder.publish(claimsOf([alpha], ['192.0.2.11']), 4_000)
    pass(60_000)
    expect(said.flatMap(({ questions }) => questions)).toEqual([])
    expect(said.map(({ at }) => at)).toEqual([4_000, 4_830, 5_850, 7_890])
    // The family that is gone is taken back; the other address goes with the cache-flush bit of the new one.
    expect(said[0]?.message.answers.map(({ type, ttl }) => [type, ttl])).toEqual([[RecordType.AAAA, 0]])
    expect(said[1]?.answers).toEqual([`!A ${host} 192.0.2.11`])
  })

  it('takes back a service that is not announced any more, and leaves the others alone', () => {
    const beta: typeof alpha = { ...alpha, cluster: claimedName('beta') }
    const { responder, pass, said, now } = settled({ services: [alpha, beta] })
    responder.publish(claimsOf([alpha]), now)
    pass(60_000)
    const lines = said.flatMap(({ answers }) => answers)
    expect(lines.every((line) => line.includes('beta'))).toBe(true)
    expect(said.flatMap(({ message }) => message.answers.map(({ ttl }) => ttl))).toEqual([0, 0, 0, 0])
  })

  it('RFC 6762 s10.1 says goodbye for all that is its own', () => {
    const { responder } = settled()
    const { responder: unheard } = scene()
    expect(responder.goodbye()).toHaveLength(1)
    expect(responder.nextAt()).toBe(Number.POSITIVE_INFINITY)
    expect(unheard.goodbye()).toEqual([])
  })
})

describe('many services', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ ...alpha, cluster: claimedName(`cluster-${index}`) }))

  it('fits each message into a frame, whatever there is to say', () => {
    const { pass, hear, said, responder } = scene({ services: many })
    pass(100_000)
    hear(query([browse]))
    hear(query([browse]), { port: 40_000, isLegacy: true })
    pass(1_000)
    expect(said.length).toBeGreaterThan(20)
    for (const { bytes } of said) expect(bytes.length).toBeLessThanOrEqual(1_452)
    for (const bytes of responder.goodbye()) expect(bytes.length).toBeLessThanOrEqual(1_452)
    const listed = said.filter(({ at, to }) => at > 100_000 && to === undefined).flatMap(({ answers }) => answers)
    expect(listed.filter((line) => line.startsWith('PTR _pstorage._tcp.local '))).toHaveLength(300)
    const legacy = said.filter(({ to }) => to !== undefined)
    expect(legacy).toHaveLength(1)
    expect(legacy[0]?.message.header.truncated).toBe(true)
  })
})

function claimedName(name: string): typeof alpha.cluster {
  return `${name}` as typeof alpha.cluster // a valid name, written out above
}
