import { setImmediate as nextTurn } from 'node:timers/promises'
import { type DiscoverEvent, formatEndpoint } from '@pstorage/discovery-core'
import { type DnsRecord, type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { dnsResolver } from '../src/index.js'
import { answer, domain, soaOf } from './good-zone.js'

const NAMES = 5_000
/** Names that are handed out in one turn of the event loop; those of one TTL come 64 at a time. */
const MOST = 1_024 + 64

const start = soaOf(domain)
const service = (index: number): DnsRecord => {
  const name = `_pstorage._tcp.c${String(index).padStart(4, '0')}.${domain}`
  return { name, type: 'SRV', port: 2510, target: `h1.${domain}` }
}

/** A transfer in messages of 500 records. */
function transfer(query: HostileQuery): readonly Buffer[] {
  const records = [start, ...Array.from({ length: NAMES }, (_, index) => service(index)), start]
  const messages: Buffer[] = []
  for (let first = 0; first < records.length; first += 500) {
    messages.push(reply(query, { answers: records.slice(first, first + 500), compress: 'all' }))
  }
  return messages
}

/** Discovers the names, and calls back for each. */
async function discoverAll(heard: (event: DiscoverEvent) => void, signal?: AbortSignal): Promise<void> {
  await using server = await hostileServer({ udp: (query) => answer(query, []), tcp: transfer })
  await using resolver = dnsResolver({ servers: [formatEndpoint(server)], domains: [domain], axfr: 'always' })
  for await (const event of resolver.discover({ signal })) heard(event)
}

describe('thousands of names', () => {
  it('do not hold the event loop while they are handed out', async () => {
    let [names, sinceTurn, most, isOver] = [0, 0, 0, false]
    const turns = (async () => {
      while (!isOver) {
        sinceTurn = 0
        await nextTurn()
      }
    })()
    await discoverAll(({ type }) => {
      if (type !== 'cluster') return
      names += 1
      sinceTurn += 1
      most = Math.max(most, sinceTurn)
    })
    isOver = true
    await turns
    expect(names).toBe(NAMES)
    expect(most).toBeLessThanOrEqual(MOST)
  })

  it('end at once when nobody wants them any more', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let names = 0
    const asked = discoverAll(({ type }) => {
      if (type !== 'cluster') return
      names += 1
      if (names === 1_500) controller.abort(reason)
    }, controller.signal)
    await expect(asked).rejects.toBe(reason)
    expect(names).toBe(1_500)
  })
})
