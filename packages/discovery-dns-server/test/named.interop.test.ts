import { type Message, readMessage, responseCode, responseCodeName } from '@pstorage/dns-message'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterNameServer, clusterNameServer } from '../src/index.js'
import { answerRows, answerZone } from './fixtures/answer-rows.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { type RealServer, startNamed } from './support/named.js'
import { queryBytes } from './support/query-bytes.js'
import { recordText, sectionsText } from './support/record-text.js'
import { askOnce, askOverTcp } from './support/tcp-client.js'
import { askOverUdp } from './support/udp-client.js'

const origin = 'pstorage.test'

describe('named that forwards to us', () => {
  let server: ClusterNameServer
  let named: RealServer
  beforeAll(async () => {
    const many = Array.from({ length: 100 }, (_, index) => `many TXT "string number ${index}"\n`).join('')
    server = await clusterNameServer({ origin, zone: manPageZone + many })
    named = await startNamed({
      options: `recursion yes; forward only; forwarders { 127.0.0.1 port ${server.port}; };`,
    })
  })
  afterAll(async () => {
    await named[Symbol.asyncDispose]()
    await server.close()
  })

  test.each([
    [`pstorage_clusters.${origin}`, 'TXT', 'NOERROR', 3],
    [`_pstorage._tcp.my-cluster.${origin}`, 'SRV', 'NOERROR', 3],
    [`s1.${origin}`, 'A', 'NOERROR', 1],
    [`many.${origin}`, 'TXT', 'NOERROR', 100],
    [`missing.${origin}`, 'A', 'NXDOMAIN', 0],
    [`s1.${origin}`, 'AAAA', 'NOERROR', 0],
    [`_tcp.my-cluster.${origin}`, 'SRV', 'NOERROR', 0],
    ['elsewhere.test', 'A', 'SERVFAIL', 0],
  ] as const)('%s %s', async (name, type, rcode, count) => {
    const message = readMessage(await askOnce(named.port, queryBytes(name, type)))
    expect(responseCodeName(responseCode(message))).toBe(rcode)
    expect(message.answers).toHaveLength(count)
  })
})

describe('named with the same zone text answers the same', () => {
  let ours: ClusterNameServer
  let theirs: RealServer
  beforeAll(async () => {
    ours = await clusterNameServer({ origin, zone: answerZone })
    theirs = await startNamed({
      // Records of the answer with their additional ones, and no authority section that nobody needs.
      options: 'recursion no; minimal-responses no-auth; allow-transfer { any; };',
      zones: `zone "${origin}" { type primary; file "zone"; check-names ignore; };`,
      files: { zone: answerZone },
    })
  })
  afterAll(async () => {
    await theirs[Symbol.asyncDispose]()
    await ours.close()
  })

  // Case is compared elsewhere: BIND keeps that of the zone in some owners. It takes the first TTL of a set, we the lowest.
  const lower = (lines: string[]) => lines.map((line) => line.toLowerCase().replace(/^(two\S*) 300 /, '$1 60 ')).sort()
  const seen = (message: Message) => {
    const { answers, authorities, additionals } = sectionsText(message)
    return {
      rcode: responseCodeName(responseCode(message)),
      authoritative: message.header.authoritative,
      answers: lower(answers),
      authorities: lower(authorities),
      additionals: lower(additionals),
    }
  }

  test.each(answerRows.filter(([, type]) => type !== 'ANY'))('%s %s', async (name, type) => {
    const query = queryBytes(name, type, { payload: 1232 })
    const answers = await Promise.all([ours, theirs].map(({ port }) => askOverUdp(port, query)))
    const [our, their] = answers.map((bytes) => seen(readMessage(bytes)))
    // Of servers that are not below a delegation we give the addresses as well.
    expect(our).toEqual({ ...their, additionals: expect.arrayContaining(their?.additionals ?? []) })
  })

  test('AXFR', async () => {
    const query = queryBytes(origin, 'AXFR')
    const [our, their] = await Promise.all(
      [ours, theirs].map(async ({ port }) => {
        const messages = await askOverTcp(port, [query])
        return lower(messages.flatMap((bytes) => readMessage(bytes).answers.map(recordText)))
      }),
    )
    expect(our).toEqual(their)
  })
})
