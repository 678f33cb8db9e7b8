import { readMessage } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { inTurns, lineOf, lineOfBound } from '../src/compare.js'
import { readSrvReply } from '../src/rows/read-srv-reply.js'
import { rows } from '../src/rows.js'
import { studies } from '../src/studies.js'
import { zoneText } from '../src/zone/large-zone.js'
import { transferMessages } from '../src/zone/transfer-messages.js'

describe('rows and studies', () => {
  it('have names of their own', () => {
    const names = [...rows, ...studies].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('measure both sides', async () => {
    const [line] = await readSrvReply.measure()
    expect(line?.ours.median).toBeGreaterThan(0)
    expect(line?.other.median).toBeGreaterThan(0)
  })
})

describe('inTurns', () => {
  it('takes turns, every other round the other way round, and leaves out the warm-up', async () => {
    const order: string[] = []
    const sides = { ours: () => order.push('ours'), peer: async () => order.push('peer') }
    const times = await inTurns(sides, { rounds: 3, warmup: 1, calls: 2 })
    expect(order.join(' ')).toBe('ours ours peer peer peer peer ours ours ours ours peer peer peer peer ours ours')
    expect([times.ours.length, times.peer.length]).toEqual([3, 3])
  })
})

describe('lineOf', () => {
  it.each([
    ['half', [10, 20, 30], 0.5, true],
    ['a little more than half', [11, 22, 33], 0.5, false],
    ['as much', [20, 40, 60], 1, true],
  ] as const)('says of %s whether the bar is held', (_, ours, atMost, held) => {
    expect(lineOf({ against: '', ours, other: [20, 40, 60], atMost }).held).toBe(held)
  })

  it('takes the median of the ratios of the rounds, and the ratio of the least', () => {
    const line = lineOf({ against: '', ours: [10, 100, 10], other: [20, 20, 40] })
    expect([line.ratio, line.leastRatio, line.held]).toEqual([0.5, 0.5, true])
  })

  it('compares with a bound', () => {
    expect(lineOfBound({ against: '', ours: [9, 10], bound: 9.5 }).held).toBe(true)
    expect(lineOfBound({ against: '', ours: [10, 10], bound: 9.5 }).held).toBe(false)
  })
})

describe('a large zone', () => {
  const zone = { origin: 'large.test', records: 2_500 }

  it('is transferred between its SOA records, in messages that can be read', () => {
    const messages = [...transferMessages(zone)].map((framed) => {
      expect(framed.readUInt16BE(0)).toBe(framed.length - 2)
      return readMessage(framed.subarray(2))
    })
    const kinds = messages.flatMap(({ answers }) => answers.map(({ data }) => data.kind))
    expect(kinds).toEqual(['SOA', ...Array(zone.records).fill('SRV'), 'SOA'])
    const owners = messages.flatMap(({ answers }) => answers.map(({ name }) => name.join('.')))
    expect(new Set(owners).size).toBe(zone.records + 1)
    expect(owners).toContain('_pstorage._tcp.cluster-0002499.large.test')
  })

  it('has the same records as text', () => {
    const text = [...zoneText(zone)].join('')
    expect(text.match(/ SRV /g)?.length).toBe(zone.records)
    expect(text).toContain('_pstorage._tcp.cluster-0002499 SRV 0 10 2510 mds99\n')
  })
})
