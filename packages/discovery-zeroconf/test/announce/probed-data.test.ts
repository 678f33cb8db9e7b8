import { describe, expect, it } from 'vitest'
import { networkInterface } from '../simulated-medium.js'
import {
  address,
  alpha,
  host,
  instance,
  query,
  recordLine,
  registrationsOf,
  response,
  scene,
  service,
} from './responder-scene.js'
import { announcing, oneInterface, simulatedWire, type WireMessage } from './simulated-wire.js'

/** Returns the unique records that a host announced for the first time without three probes that held them. */
function unprobed(sent: readonly WireMessage[]): string[] {
  const faults: string[] = []
  const probes = new Map<string, number[]>()
  const announced = new Set<string>()
  for (const { at, from, message } of sent) {
    for (const line of message.authorities.map(recordLine)) {
      const key = `${from} ${line}`
      probes.set(key, [...(probes.get(key) ?? []), at])
    }
    const unique = message.answers.filter(({ class: flagged, ttl }) => flagged === 0x8001 && ttl > 0)
    const lines = unique.map((record) => recordLine(record).slice(1))
    for (const line of lines) {
      const name = `${from} ${line.split(' ').slice(0, 2).join(' ')}`
      const last = probes.get(`${from} ${line}`)?.slice(-3) ?? []
      // The last three are 250 ms apart, and no answer came to the last one within 250 ms.
      const isProbed = last.length === 3 && at - (last[0] ?? 0) <= 1_000 && at - (last[2] ?? 0) >= 250
      if (!announced.has(name) && !isProbed) faults.push(`${at} ms: ${from} announces ${line}`)
    }
    for (const line of lines) announced.add(`${from} ${line.split(' ').slice(0, 2).join(' ')}`)
  }
  return faults
}

/** Announces one cluster on two hosts of one name, the second one so much later. */
async function twoNamesakes(delay: number, seed: number) {
  const wire = simulatedWire()
  const clusters = [{ name: 'alpha', host: 'node1' }]
  const first = announcing(wire, wire.host(oneInterface('192.0.2.10')), { clusters, seed })
  await wire.clock.advance(delay)
  const second = announcing(wire, wire.host(oneInterface('192.0.2.20')), { clusters, seed: seed + 1_000 })
  await wire.clock.advance(20_000)
  return { wire, first: await first.announcement, second: await second.announcement }
}

describe('CONF-1 RFC 6762 s8.1 announces no unique record that it has not probed for', () => {
  it.each([0, 100, 250, 400, 500, 600, 700, 760, 800, 1_000, 3_000])(
    'two hosts of one name, %s ms apart',
    async (delay) => {
      for (let seed = 1; seed <= 8; seed += 1) {
        const { wire, first, second } = await twoNamesakes(delay, seed)
        expect(unprobed(wire.sent)).toEqual([])
        const [one, other] = [first.instances[0], second.instances[0]]
        expect([one?.name, other?.name].toSorted()).toEqual(['alpha on node1', 'alpha on node1 (2)'])
        expect([one?.host, other?.host].toSorted()).toEqual(['pstorage-node1-2.local', 'pstorage-node1.local'])
      }
    },
  )

  it('both metadata servers are found: no announcement replaces the record of the other host', async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const { wire } = await twoNamesakes(600, seed)
      const owners = new Map<string, Set<string>>()
      for (const { from, answers } of wire.sent) {
        for (const line of answers.filter((answer) => answer.startsWith('!SRV'))) {
          const name = line.split(' ')[1] ?? ''
          owners.set(name, (owners.get(name) ?? new Set()).add(from))
        }
      }
      expect([...owners.values()].map(({ size }) => size)).toEqual([1, 1])
    }
  })

  it.each([100, 300, 600, 740])('an address that changes after %s ms of probing', async (delay) => {
    const wire = simulatedWire()
    let own = '192.0.2.10'
    const medium = wire.host(() => [networkInterface('eth0', own)])
    const { announcement } = announcing(wire, medium, { pollInterval: 100 })
    await wire.clock.advance(delay)
    own = '192.0.2.11'
    await wire.clock.advance(10_000)
    await announcement
    expect(unprobed(wire.sent)).toEqual([])
    expect(wire.sent.at(-1)?.answers).toContain('!A pstorage-node1.local 192.0.2.11')
  })

  it.each([0, 100, 300, 600, 740])('a port that changes after %s ms of probing', async (delay) => {
    const wire = simulatedWire()
    const { announcement } = announcing(wire, wire.host(oneInterface()))
    await wire.clock.advance(10_000)
    const announcer = await announcement
    const updates = [2_510, 2_599].map((port) => ({ clusters: [{ name: 'beta', host: 'node1', port }] }))
    for (const content of updates) {
      void announcer.update(content)
      await wire.clock.advance(delay)
    }
    await wire.clock.advance(10_000)
    expect(unprobed(wire.sent)).toEqual([])
    expect(wire.sent.at(-1)?.answers.some((line) => line.includes(' 2599 '))).toBe(true)
  })
})

describe('CONF-1 while probing', () => {
  const moved = [{ ...alpha, port: 2_599 }]

  it.each([
    ['a port', moved, undefined],
    ['an address', [alpha], ['192.0.2.11']],
  ])('RFC 6762 s8.1 %s that changes is probed from the start', (_, services, own) => {
    const { responder, pass, sent } = scene()
    pass(600)
    responder.publish(registrationsOf(services, own), 600)
    pass(60_000)
    const about = services === moved ? instance : host
    const probes = sent.filter(({ questions }) => questions.includes(`ANY ${about}`)).map(({ at }) => at)
    expect(probes).toEqual([0, 250, 500, 600, 850, 1_100])
    const [announced] = sent.filter(({ answers }) =>
      answers.some((line) => line.startsWith('!') && line.includes(about)),
    )
    expect(announced?.at).toBe(1_350)
  })

  it('a TTL that changes is probed again too', () => {
    const { responder, pass, sent } = scene()
    pass(600)
    const shorter = registrationsOf().map((one) => ({ ...one, unique: one.unique.map((set) => ({ ...set, ttl: 60 })) }))
    responder.publish(shorter, 600)
    pass(60_000)
    expect(sent.filter(({ questions }) => questions.length > 0)).toHaveLength(6)
  })

  it('what stays the same goes on', () => {
    const { responder, pass, sent } = scene()
    pass(600)
    responder.publish(registrationsOf(), 600)
    pass(60_000)
    expect(sent.filter(({ questions }) => questions.length > 0)).toHaveLength(3)
  })

  it('RFC 6762 s8.2 a host that loses the tie-break takes its services along: they are announced together', () => {
    const { pass, receive, sent } = scene()
    pass(260)
    receive(query([`ANY ${host}`], { authorities: [address('192.0.2.99'), address('2001:db8::99')] }))
    pass(60_000)
    const probes = sent.filter(({ questions }) => questions.length > 0)
    expect(probes.map(({ at }) => at)).toEqual([0, 250, 1_260, 1_510, 1_760])
    expect(probes.every(({ questions }) => questions.length === 2)).toBe(true)
  })

  it('RFC 6762 s8.2 a service that waits for its host still loses the tie-break', () => {
    const { pass, receive, sent } = scene()
    pass(260)
    receive(query([`ANY ${host}`], { authorities: [address('192.0.2.99'), address('2001:db8::99')] }))
    pass(600)
    receive(query([`ANY ${instance}`], { authorities: [service(2_599), service(2_600), service(2_601)] }))
    pass(60_000)
    const probes = sent.filter(({ questions }) => questions.includes(`ANY ${instance}`)).map(({ at }) => at)
    expect(probes).toEqual([0, 250, 1_860, 2_110, 2_360])
  })

  it('RFC 6762 s8.4 after the announcement, a change needs no probe', () => {
    const { responder, pass, sent } = scene()
    pass(760)
    responder.publish(registrationsOf(moved), 760)
    pass(60_000)
    expect(sent.filter(({ questions }) => questions.length > 0)).toHaveLength(3)
    const ports = sent.flatMap(({ answers }) => answers.filter((line) => line.startsWith('!SRV')))
    expect(ports[0]).toBe(`!SRV ${instance} 0 0 2510 ${host}`)
    expect(ports.at(-1)).toBe(`!SRV ${instance} 0 0 2599 ${host}`)
  })

  it('RFC 6762 s9 a change of a disputed name that was announced before is probed', () => {
    const { responder, pass, receive, sent } = scene()
    pass(100_000)
    sent.length = 0
    receive(response([service(2_511)]))
    pass(300)
    responder.publish(registrationsOf(moved), 100_300)
    pass(60_000)
    const probes = sent.filter(({ questions }) => questions.length > 0)
    expect(probes.map(({ at }) => at - 100_000)).toEqual([0, 250, 300, 550, 800])
    expect(probes.at(-1)?.authorities).toContain(`SRV ${instance} 0 0 2599 ${host}`)
  })

  it('defends the name of a service while its host is probed again', () => {
    const { pass, receive, sent } = scene()
    pass(100_000)
    sent.length = 0
    receive(response([address('192.0.2.99')]))
    pass(100)
    receive(query([`ANY ${instance}`], { authorities: [service(2_511)] }))
    const defence = pass(260).filter(({ answers }) => answers.length > 0)
    expect(defence.flatMap(({ answers }) => answers)).toContain(`!SRV ${instance} 0 0 2510 ${host}`)
  })
})
