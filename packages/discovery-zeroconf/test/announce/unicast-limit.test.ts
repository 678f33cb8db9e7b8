import { RecordType, readMessage } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { multicastResponse } from '../multicast-response.js'
import { query, settled } from './responder-scene.js'
import { announcing, oneInterface, simulatedWire } from './simulated-wire.js'

const browse = 'PTR _pstorage._tcp.local'
const questions = [{ name: '_pstorage._tcp.local', type: RecordType.PTR }]
const bytes = multicastResponse([], { response: false, authoritative: false, questions })
const forged = { address: '192.0.2.66', port: 40_000 }
/** The same question, which wants a unicast answer (QU). */
const unicastWanted = Uint8Array.from(bytes, (octet, index) => (index === bytes.length - 2 ? 0x80 : octet))

/** Announces 8 clusters, and floods the wire with 10,000 queries from one source; returns what went out because of them. */
async function flooded(query: Uint8Array, port: number, milliseconds: number) {
  const wire = simulatedWire()
  const clusters = Array.from({ length: 8 }, (_, index) => ({ name: `cluster-${index}`, host: 'node1' }))
  const { announcement, events } = announcing(wire, wire.host(oneInterface()), { clusters })
  await wire.clock.advance(10_000)
  const start = wire.clock.now()
  const rounds = Math.max(1, milliseconds / 100)
  for (let round = 0; round < rounds; round += 1) {
    for (let count = 0; count < 10_000 / rounds; count += 1) wire.say(query, { ...forged, port })
    await wire.clock.advance(milliseconds / rounds)
  }
  await wire.clock.advance(15_000)
  const out = wire.sent.filter(({ at }) => at >= start)
  const unicast = out.filter(({ to }) => to !== undefined)
  const octets = unicast.reduce((sum, message) => sum + message.bytes.length, 0)
  await stop(wire, announcement)
  return { out, unicast, octets, amplification: octets / (10_000 * query.length), events }
}

async function stop(
  wire: ReturnType<typeof simulatedWire>,
  announcement: ReturnType<typeof announcing>['announcement'],
) {
  const stopping = (await announcement).stop()
  await wire.clock.advance(0)
  await stopping
}

describe('SEC-7 10,000 queries from one forged source', () => {
  it.each([
    ['legacy, at once', bytes, 40_000, 0, 16_384],
    ['legacy, within 10 s', bytes, 40_000, 10_000, 11 * 16_384],
    ['QU, at once', unicastWanted, 5_353, 0, 16_384],
    ['QU, within 10 s', unicastWanted, 5_353, 10_000, 11 * 16_384],
  ])('%s: an address gets 16 KiB a second', async (_, query, port, milliseconds, most) => {
    const { octets, amplification, unicast } = await flooded(query, port, milliseconds)
    expect(unicast.length).toBeGreaterThan(0)
    expect(octets).toBeLessThanOrEqual(most)
    expect(amplification).toBeLessThan(0.5)
  })

  it('multicasts each record once a second at most', async () => {
    const { out } = await flooded(unicastWanted, 5_353, 10_000)
    const times = new Map<string, number[]>()
    for (const { at, to, message } of out) {
      if (to !== undefined) continue
      for (const record of [...message.answers, ...message.additionals]) {
        const key = JSON.stringify([record.name, record.type, record.data])
        times.set(key, [...(times.get(key) ?? []), at])
      }
    }
    for (const [, sentAt] of times) {
      expect(sentAt.length).toBeLessThanOrEqual(11)
      for (const [index, at] of sentAt.slice(1).entries())
        expect(at - (sentAt[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
    }
  })

  it('warns of the questions that got no answer', async () => {
    const { events } = await flooded(bytes, 40_000, 0)
    const messages = events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []))
    expect(messages).toEqual([
      expect.stringMatching(
        /^mdns-announce-limit: dropped 99\d\d questions on eth0 \(IPv4\): an address gets at most 16384 octets of unicast answers a second$/,
      ),
    ])
  })
})

describe('SEC-7 during a flood', () => {
  const flood = (receive: ReturnType<typeof settled>['receive'], count = 10_000): void => {
    for (let id = 0; id < count; id += 1) receive(query([browse], { id }), { ...forged, isLegacy: true })
  }

  it('a program of another host gets its legacy answer, and the same host again after a second', () => {
    const { pass, receive } = settled()
    flood(receive)
    receive(query([browse], { id: 7 }), { address: '192.0.2.78', port: 40_001, isLegacy: true })
    const answered = pass(200).filter(({ to }) => to?.address === '192.0.2.78')
    expect(answered.map(({ message }) => message.header.id)).toEqual([7])
    pass(1_000)
    receive(query([browse], { id: 8 }), { ...forged, isLegacy: true })
    expect(pass(200).map(({ to }) => to?.address)).toEqual([forged.address])
  })

  it('a QU question of the forged address is answered to the group, so that its owner gets the answer', () => {
    const { pass, receive } = settled()
    pass(1_000)
    flood(receive)
    receive(query([`QU ${browse}`]), { address: forged.address })
    const toGroup = pass(200).filter(({ to }) => to === undefined)
    expect(toGroup.flatMap(({ answers }) => answers)).toHaveLength(1)
  })

  it('forged addresses beyond 256 in a second get nothing, and QU questions of them an answer to the group', () => {
    const { pass, receive } = settled()
    pass(1_000)
    const targets = new Set<string>()
    for (let index = 0; index < 2_000; index += 1) {
      receive(query([browse]), { address: `10.0.${index >> 8}.${index & 255}`, port: 40_000, isLegacy: true })
      for (const { to } of pass(0.4)) if (to !== undefined) targets.add(to.address)
    }
    expect(targets.size).toBe(256)
    receive(query([`QU ${browse}`]), { address: '192.0.2.99' })
    expect(pass(130).filter(({ to }) => to === undefined)).toHaveLength(1)
  })

  it('a QU answer that would exceed the limit of its address goes to the group', () => {
    const { pass, receive, sent } = settled()
    pass(1_000)
    for (let count = 0; count < 32; count += 1)
      receive(query([`QU ${browse}`, `QU ANY alpha\\032on\\032node1._pstorage._tcp.local`]))
    pass(200)
    const unicast = sent.filter(({ to }) => to !== undefined)
    expect(unicast.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(16_384)
    expect(unicast.length).toBeGreaterThan(1)
    for (const { bytes } of unicast) expect(readMessage(bytes).answers.length).toBeGreaterThan(0)
  })
})
