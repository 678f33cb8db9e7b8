import { seededRandom } from '@pstorage/discovery-core'
import { nameToText, RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import {
  address,
  alpha,
  host,
  instance,
  pointer,
  query,
  registrationsOf,
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
    const { sent, pass } = scene({ random: { below: () => 137 } })
    pass(900)
    expect(sent.map(({ at }) => at)).toEqual([137, 387, 637, 887])
    for (const { message, questions, authorities } of sent.slice(0, 3)) {
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
    const { sent, pass } = scene()
    pass(60_000)
    const announcements = sent.slice(3)
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
    const { sent, pass } = scene()
    pass(1_000)
    const ttls = sent.at(-1)?.message.answers.map(({ type, ttl }) => [type, ttl])
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
    const { pass, receive } = scene()
    pass(600)
    receive(query([browse, `A ${host}`]))
    expect(pass(100)).toEqual([])
  })

  it('MD-35 takes nothing of what it says itself for a conflict', () => {
    const { conflicts, pass, receive, sent } = scene()
    pass(10)
    receive(query([`ANY ${host}`, `ANY ${instance}`], { authorities: [address('192.0.2.10'), service(), text()] }))
    receive(response([pointer(), service(), text(), address('192.0.2.10'), address('2001:db8::10')]))
    pass(990)
    expect(conflicts).toEqual([])
    expect(sent[3]?.answers).toHaveLength(7)
  })
})

describe('conflicts', () => {
  it.each([
    ['another port', service(2511)],
    ['another text', text(['cluster=beta'])],
    ['an address it does not have', address('192.0.2.99')],
  ])('MD-15 while probing: %s', (_, record) => {
    const { conflicts, pass, receive } = scene()
    pass(300)
    receive(response([record]))
    expect(conflicts).toMatchObject([{ phase: 'probing', at: 300 }])
  })

  it.each([
    ['what it says itself', service()],
    ['what is taken back', { ...service(2511), ttl: 0 }],
    ['another name', service(2511, { name: 'beta._pstorage._tcp.local' })],
    ['a shared record', pointer('beta._pstorage._tcp.local')],
  ])('none while probing: %s', (_, record) => {
    const { conflicts, pass, receive } = scene()
    pass(300)
    receive(response([record]))
    expect(conflicts).toEqual([])
  })

  it('MD-34 none where this host says so on another interface', () => {
    const { conflicts, pass, receive } = scene({ isOurs: true })
    pass(300)
    receive(response([address('192.0.2.99')]))
    expect(conflicts).toEqual([])
  })

  it('RFC 6762 s9 probes a name again that another host uses, and keeps it when that one is gone', () => {
    const { conflicts, pass, receive, sent } = settled()
    receive(response([service(2511)]))
    expect(conflicts).toMatchObject([{ id: 'service alpha  on node1', phase: 'established' }])
    pass(60_000)
    expect(sent.slice(0, 3).map(({ questions }) => questions)).toEqual(Array(3).fill([`ANY ${instance}`]))
    expect(sent.slice(3)).toHaveLength(3)
  })

  it('RFC 6762 s8.1 probes all names that one response disputes in the same messages', () => {
    const clusters = ['alpha', 'beta', 'gamma', 'delta'].map((name) => ({ ...alpha, cluster: claimedName(name) }))
    const { conflicts, pass, receive, sent } = settled({ services: clusters, random: seededRandom(7) })
    const names = registrationsOf(clusters).map(({ name }) => nameToText(name))
    receive(response([...names.slice(1).map((name) => service(2511, { name })), address('192.0.2.99')]))
    expect(conflicts).toHaveLength(5)
    pass(60_000)
    expect(sent.slice(0, 3).map(({ questions }) => questions)).toEqual(
      Array(3).fill(names.map((name) => `ANY ${name}`)),
    )
    expect(sent.slice(3).map(({ questions }) => questions)).toEqual([[], [], []])
  })

  it('RFC 6762 s8.1 probes new names with those that are about to be probed', () => {
    const { responder, pass, sent } = scene({ random: { below: () => 137 } })
    const beta = { ...alpha, cluster: claimedName('beta') }
    pass(100)
    responder.publish(registrationsOf([alpha, beta]), 100)
    pass(60_000)
    expect(sent.map(({ questions }) => questions.length)).toEqual([3, 3, 3, 0, 0, 0])
    expect(sent[0]?.at).toBe(137)
  })

  it('MD-15 waits for the given delay before it probes again', () => {
    const { pass, receive, sent, now } = settled({ delay: 5_000 })
    receive(response([service(2511)]))
    pass(60_000)
    expect(sent[0]?.at).toBe(now + 5_000)
  })

  it('sends nothing for a name that was lost, and probes the next one', () => {
    const { responder, pass, sent, now } = settled()
    const id = 'service alpha  on node1'
    responder.publish(registrationsOf([alpha], undefined, new Map([[id, 2]])), now, { lost: new Set([id]) })
    pass(60_000)
    expect(sent.flatMap(({ message }) => message.answers).filter(({ ttl }) => ttl === 0)).toEqual([])
    expect(sent[0]?.questions).toEqual(['ANY alpha\\032on\\032node1\\032\\(2\\)._pstorage._tcp.local'])
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
    const { pass, receive, sent } = scene()
    pass(260)
    receive(query([`ANY ${instance}`], { authorities }))
    pass(60_000)
    const probes = sent.filter(({ questions }) => questions.includes(`ANY ${instance}`)).map(({ at }) => at)
    expect(probes).toEqual(result === 'wins' ? [0, 250, 500] : [0, 250, 1_260, 1_510, 1_760])
  })

  it('compares octets without sign, as the example of RFC 6762 s8.2 has it', () => {
    const { pass, receive, sent } = scene({ own: ['169.254.99.200'] })
    pass(10)
    receive(query([`ANY ${host}`], { authorities: [address('169.254.200.50')] }))
    pass(400)
    expect(sent.filter(({ questions }) => questions.includes(`ANY ${host}`))).toHaveLength(1)
  })
})

describe('answering', () => {
  it('RFC 6762 s6 delays shared answers by 20 to 120 ms', () => {
    const random = seededRandom(3)
    const delays = Array.from({ length: 300 }, () => {
      const { pass, receive, now } = settled({ random })
      receive(query([browse]))
      return (pass(1_000)[0]?.at ?? Number.NaN) - now
    })
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20)
    expect(Math.min(...delays)).toBeLessThan(25)
    expect(Math.max(...delays)).toBeLessThanOrEqual(120)
    expect(Math.max(...delays)).toBeGreaterThan(115)
  })

  it('RFC 6763 s12 sends along what will be queried next', () => {
    const { pass, receive } = settled()
    receive(query([browse]))
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
  ])('answers %s', (question, expected) => {
    const { pass, receive } = settled()
    receive(query([question]))
    expect(pass(1_000).flatMap(({ answers }) => answers)).toEqual(expected)
  })

  it('RFC 6762 s6 answers at once what no host else can answer', () => {
    const { pass, receive, now } = settled()
    receive(query([`SRV ${instance}`, `A ${host}`]))
    expect(pass(1_000).map(({ at }) => at)).toEqual([now])
  })

  it('RFC 6762 s6.1 says which records of its names do not exist', () => {
    const { pass, receive } = settled({ own: ['192.0.2.10'] })
    receive(query([`AAAA ${host}`]))
    const [nsec] = pass(1_000)[0]?.message.answers ?? []
    expect(nsec).toMatchObject({ type: RecordType.NSEC, class: 0x8001, ttl: 120 })
    // The name itself, then block 0 of one octet with the bit of A.
    const data = nsec?.data.kind === 'opaque' ? nsec.data.bytes : new Uint8Array()
    expect([...data].slice(-3)).toEqual([0, 1, 0b0100_0000])
    expect(data).toHaveLength(5)
  })

  it('RFC 6762 s6.4 answers several queries by one message', () => {
    const { pass, receive } = settled({ random: { below: (limit) => limit - 1 } })
    receive(query([browse]))
    pass(30)
    receive(query(['PTR _services._dns-sd._udp.local']), { address: '192.0.2.78' })
    expect(pass(1_000).map(({ answers }) => answers.length)).toEqual([2])
  })

  it.each([
    ['MD-20 a known answer', [pointer()], 0],
    ['a known answer with less than half of its time', [pointer(instance, 2_249)], 1],
    ['a known answer of another host', [pointer('beta._pstorage._tcp.local')], 1],
  ])('RFC 6762 s7.1 %s', (_, answers, count) => {
    const { pass, receive } = settled()
    receive(query([browse], { answers }))
    expect(pass(1_000)).toHaveLength(count)
  })

  it('RFC 6762 s7.4 leaves out what another host has just sent', () => {
    const { pass, receive } = settled()
    receive(query([browse]))
    pass(10)
    receive(response([pointer()]))
    expect(pass(1_000)).toEqual([])
  })

  it('MD-24 multicasts nothing twice within a second', () => {
    const { pass, receive } = settled()
    const times: number[] = []
    for (let count = 0; count < 30; count += 1) {
      receive(query([browse, `SRV ${instance}`]))
      times.push(...pass(100).map(({ at }) => at))
    }
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(1)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
  })

  it('MD-24 defends a name within 250 ms, at once where it can', () => {
    const { pass, receive, now } = settled()
    const probe = query([`ANY ${instance}`], { authorities: [service(2511)] })
    receive(probe)
    pass(100)
    receive(probe)
    const { sent } = { sent: pass(1_000) }
    expect(sent.map(({ at }) => at - now)).toEqual([250])
    expect(sent[0]?.answers).toEqual(uniqueLines)
  })

  it('RFC 6762 s6.6 rescues a record that another host takes back', () => {
    const { pass, receive, now } = settled()
    receive(response([pointer(instance, 0)]))
    const [rescue] = pass(1_000)
    expect(rescue?.answers).toEqual([`PTR _pstorage._tcp.local ${instance}`])
    expect((rescue?.at ?? 0) - now).toBeLessThanOrEqual(120)
  })
})

describe('MD-19 known answers in several messages', () => {
  const truncated = { truncated: true }

  it('waits 400 to 500 ms for them', () => {
    const { pass, receive, now } = settled()
    receive(query([browse], truncated))
    expect(pass(1_000).map(({ at }) => at - now)).toEqual([400])
  })

  it('leaves out what they have, and answers others all the same', () => {
    const { pass, receive } = settled()
    receive(query([browse], truncated))
    pass(50)
    receive(query([], { answers: [pointer()] }))
    expect(pass(1_000)).toEqual([])
    receive(query([browse], truncated))
    receive(query([browse]), { address: '192.0.2.78' })
    receive(query([], { answers: [pointer()] }))
    expect(pass(1_000)).toHaveLength(1)
  })

  it('waits again after each, sixteen times at most', () => {
    const { pass, receive, now } = settled()
    receive(query([browse], truncated))
    const times: number[] = []
    for (let index = 0; index < 30; index += 1) {
      times.push(...pass(300).map(({ at }) => at - now))
      receive(query([], truncated))
    }
    expect(times).toEqual([16 * 300 + 400])
  })

  it('keeps 512 queriers waiting, and no more', () => {
    const { pass, receive } = settled()
    for (let index = 0; index < 2_000; index += 1)
      receive(query([browse], truncated), { address: `10.0.${index >> 8}.${index & 255}` })
    expect(pass(1_000)).toHaveLength(1)
  })
})

describe('unicast', () => {
  it('MD-23 answers a QU question by unicast when it was multicast within a quarter of the time', () => {
    const { pass, receive } = scene()
    pass(5_000)
    receive(query([`QU ${browse}`]))
    const [answer] = pass(1_000)
    expect(answer?.to).toMatchObject({ address: '192.0.2.77', port: 5353 })
    expect(answer?.answers).toEqual([`PTR _pstorage._tcp.local ${instance}`])
    expect(answer?.additionals).toContain(`!SRV ${instance} 0 0 2510 ${host}`)
  })

  it('MD-23 answers the group when that is longer ago', () => {
    const { pass, receive } = settled()
    pass(2_000_000)
    receive(query([`QU ${browse}`]))
    expect(pass(1_000).map(({ to }) => to)).toEqual([undefined])
  })

  it('MD-22 answers the group instead of an address that is not of the link, and may be forged', () => {
    const { pass, receive } = scene()
    pass(5_000)
    receive(query([`QU ${browse}`]), { address: '203.0.113.9', isOffLink: true })
    expect(pass(1_000).map(({ to }) => to)).toEqual([undefined])
  })

  it('MD-22 answers legacy queries with their id and question, short lives and no cache-flush bit', () => {
    const { pass, receive } = settled()
    receive(query([browse], { id: 4_711 }), { port: 40_000, isLegacy: true })
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
    const { pass, receive } = settled()
    receive(query([`SRV ${instance}`]))
    receive(query([`SRV ${instance}`]), { port: 40_000, isLegacy: true })
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
    const { responder, pass, sent } = scene()
    pass(4_000)
    sent.length = 0
    responder.publish(registrationsOf([alpha], ['192.0.2.11']), 4_000)
    pass(60_000)
    expect(sent.flatMap(({ questions }) => questions)).toEqual([])
    expect(sent.map(({ at }) => at)).toEqual([4_000, 4_830, 5_850, 7_890])
    // The family that is gone is taken back; the other address goes with the cache-flush bit of the new one.
    expect(sent[0]?.message.answers.map(({ type, ttl }) => [type, ttl])).toEqual([[RecordType.AAAA, 0]])
    expect(sent[1]?.answers).toEqual([`!A ${host} 192.0.2.11`])
  })

  it('takes back a service that is not announced any more, and leaves the others alone', () => {
    const beta: typeof alpha = { ...alpha, cluster: claimedName('beta') }
    const { responder, pass, sent, now } = settled({ services: [alpha, beta] })
    responder.publish(registrationsOf([alpha]), now)
    pass(60_000)
    const lines = sent.flatMap(({ answers }) => answers)
    expect(lines.every((line) => line.includes('beta'))).toBe(true)
    expect(sent.flatMap(({ message }) => message.answers.map(({ ttl }) => ttl))).toEqual([0, 0, 0, 0])
  })

  it('RFC 6762 s10.1 says goodbye for all that is its own', () => {
    const { responder } = settled()
    const { responder: unannounced } = scene()
    expect(responder.goodbye()).toHaveLength(1)
    expect(responder.nextAt()).toBe(Number.POSITIVE_INFINITY)
    expect(unannounced.goodbye()).toEqual([])
  })
})

describe('many services', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ ...alpha, cluster: claimedName(`cluster-${index}`) }))

  it('fits each message into a frame, whatever there is to say', () => {
    const { pass, receive, sent, responder } = scene({ services: many })
    pass(100_000)
    receive(query([browse]))
    receive(query([browse]), { port: 40_000, isLegacy: true })
    pass(1_000)
    expect(sent.length).toBeGreaterThan(20)
    for (const { bytes } of sent) expect(bytes.length).toBeLessThanOrEqual(1_452)
    for (const bytes of responder.goodbye()) expect(bytes.length).toBeLessThanOrEqual(1_452)
    const listed = sent.filter(({ at, to }) => at > 100_000 && to === undefined).flatMap(({ answers }) => answers)
    expect(listed.filter((line) => line.startsWith('PTR _pstorage._tcp.local '))).toHaveLength(300)
    const legacy = sent.filter(({ to }) => to !== undefined)
    expect(legacy).toHaveLength(1)
    expect(legacy[0]?.message.header.truncated).toBe(true)
  })
})

function claimedName(name: string): typeof alpha.cluster {
  return `${name}` as typeof alpha.cluster // a valid name, written out above
}
