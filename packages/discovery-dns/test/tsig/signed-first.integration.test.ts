import { createResolver, discoverClusters, formatEndpoint, systemClock, systemRandom } from '@pstorage/discovery-core'
import { type HostileQuery, hostileServer, reply, type TcpScript } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { ReplySigner, testKey } from '../../../dns-message/test/tsig/reply-signer.js'
import { QuestionBudget } from '../../src/client/question-budget.js'
import { StubResolver } from '../../src/client/stub-resolver.js'
import { parseNameServer } from '../../src/config/name-server.js'
import { DEFAULT_TRANSFER_LIMITS, TsigKey } from '../../src/index.js'
import { WildcardProbes } from '../../src/lookup/wildcard-probes.js'
import { transferNames } from '../../src/transfer/transfer-lookup.js'
import { plainTransport } from '../../src/transport/transport.js'
import type { Listening } from '../asked.js'
import { answer, domain } from '../good-zone.js'
import { name } from '../records.js'

const [SOA, NS] = [6, 2]
const zone = [
  { name: domain, type: 'NS', target: `ns1.${domain}` },
  { name: `ns1.${domain}`, type: 'A', address: '127.66.0.1' },
] as const

/** Transfers with a key as with servers from resolv.conf, whose lines have no port. */
async function transferAttempt(server: Listening) {
  const settings = {
    servers: [parseNameServer(formatEndpoint(server))],
    serversGiven: false,
    domains: [name(domain)],
    options: {},
    channel: plainTransport(systemClock),
  }
  await using resolver = createResolver({
    name: 'dns',
    discover: (query) =>
      transferNames(
        {
          query,
          domainFaults: new Map(),
          keptNames: new Set(),
          furtherQuestions: new QuestionBudget(() => {}),
          settings,
          stub: new StubResolver(systemClock),
          service: name('_pstorage._tcp'),
          clustersRecord: name('pstorage_clusters'),
          axfr: 'always',
          tsigKey: new TsigKey(testKey),
          wallClock: Date.now,
          sameDomainTargets: false,
          limits: DEFAULT_TRANSFER_LIMITS,
          wildcards: new WildcardProbes(systemClock),
          ownAddresses: () => [],
          random: systemRandom,
        },
        name(domain),
      ),
    resolve: async () => {},
  })
  const { attempts } = await discoverClusters(resolver, { timeout: 3_000 })
  return attempts[0]
}

const unknownKey = (query: HostileQuery) =>
  new ReplySigner(query.bytes).sign(reply(query, { rcode: 'NOTAUTH' }), { error: 17, alterMac: () => Buffer.alloc(0) })

const withoutKey: readonly (readonly [what: string, tcp: TcpScript, fault: string])[] = [
  ['does not know the key', unknownKey, 'does not know the key transfer.key with hmac-sha256 (BADKEY)'],
  ['knows nothing of signatures', (query) => answer(query, zone), 'did not sign its reply'],
  ['is not asked by TCP', 'closed', 'cannot be reached by TCP: ECONNREFUSED'],
]

describe('a server of resolv.conf', () => {
  it.each(withoutKey)('that %s leads to the servers of the zone all the same', async (_, tcp, fault) => {
    await using server = await hostileServer({ udp: (query) => answer(query, zone), tcp })
    const attempt = await transferAttempt(server)
    expect(attempt?.error?.message).toContain(`${server.server} ${fault}`)
    expect(attempt?.error?.message).toContain('127.66.0.1:53 cannot be reached by TCP: ECONNREFUSED')
  })

  it('that knows the key is believed rather than what came without a signature', async () => {
    await using server = await hostileServer({
      udp: (query) => reply(query, { rcode: 'NXDOMAIN' }),
      tcp: (query) => {
        const said = query.type === SOA || query.type === NS ? answer(query, zone) : reply(query, { rcode: 'REFUSED' })
        return new ReplySigner(query.bytes).sign(said)
      },
    })
    expect(await transferAttempt(server)).toMatchObject({ status: 'refused', error: { code: 'REFUSED' } })
  })

  it('that nobody can ask fails with what was said to the signed question', async () => {
    await using server = await hostileServer({ udp: 'closed', tcp: unknownKey })
    expect(await transferAttempt(server)).toMatchObject({ status: 'refused', error: { code: 'BADKEY' } })
  })
})
