import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ednsOf, readMessage } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { clusterNameServer } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { patched, queryBytes } from './support/query-bytes.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'
const names = Array.from({ length: 200 }, (_, index) => `big TXT "${String(index).repeat(20)}"\n`).join('')
const zone = `${manPageZone}$TTL 60\n${names}`
const query = queryBytes('s1.pstorage.test', 'A', { id: 1 })

describe('over UDP', () => {
  test('S-1: a query that allows 65,535 bytes gets at most 1,232, with TC and OPT', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const answer = await askOverUdp(server.port, queryBytes('big.pstorage.test', 'TXT', { payload: 65_535 }))
    expect(answer.length).toBeLessThanOrEqual(1_232)
    const message = readMessage(answer)
    expect(message.header.truncated).toBe(true)
    expect(ednsOf(message)?.udpPayloadSize).toBe(1_232)
  })

  test.each([
    ['S-2: a response', patched(query, { 2: 0x80 })],
    ['S-2: eleven bytes', query.subarray(0, 11)],
    ['S-2: nothing', Buffer.alloc(0)],
  ])('%s gets no answer, and the next query does', async (_name, bytes) => {
    await using server = await clusterNameServer({ origin, zone })
    const answer = await askOverUdp(server.port, [bytes, patched(query, { 1: 2 })])
    expect(readMessage(answer).header.id).toBe(2)
  })

  test('S-2: two servers cannot be made to answer each other', async () => {
    const seen: string[] = []
    await using first = await clusterNameServer({ origin, zone, onQuery: () => seen.push('first') })
    await using second = await clusterNameServer({ origin, zone, onQuery: () => seen.push('second') })
    // What the second gets when somebody forges the address of the first.
    const reflected = await askOverUdp(second.port, query)
    const answer = await askOverUdp(first.port, [reflected, query])
    expect(readMessage(answer).header.id).toBe(1)
    expect(seen).toEqual(['second', 'first'])
  })

  test('S-2: a malformed query gets FORMERR with its id', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const { header, questions } = readMessage(await askOverUdp(server.port, query.subarray(0, 20)))
    expect(header).toMatchObject({ id: 1, rcode: 1, response: true })
    expect(questions).toEqual([])
  })

  test('a thousand queries at once are all answered', async () => {
    await using server = await clusterNameServer({ origin, zone })
    const socket = createSocket('udp4')
    const ids = new Set<number>()
    const all = new Promise<void>((resolve) => {
      socket.on('message', (message) => {
        ids.add(message.readUInt16BE(0))
        if (ids.size === 1_000) resolve()
      })
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    // In batches, each sent when the one before is answered, so that no socket buffer runs over.
    for (let batch = 0; batch < 20; batch++) {
      const answered = new Promise<void>((resolve) => {
        const count = () => {
          if (ids.size < (batch + 1) * 50) return
          socket.off('message', count)
          resolve()
        }
        socket.on('message', count)
      })
      for (let index = 0; index < 50; index++) {
        const bytes = Buffer.from(query)
        bytes.writeUInt16BE(batch * 50 + index)
        socket.send(bytes, server.port, '127.0.0.1')
      }
      await answered
    }
    await all
    socket.close()
    expect(ids.size).toBe(1_000)
  })
})
