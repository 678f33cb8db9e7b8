import { readFile } from 'node:fs/promises'
import { resolveCluster } from '@pstorage/discovery-core'
import { type DnsQuery, hostileServer, reply, type TestCertificates, testCertificates } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dnsResolver, type TlsOptions } from '../../src/index.js'
import { attemptsOf, discovered, endpointsOf, namesOf, resolved } from '../asked.js'
import { answer, domain, goodEndpoint, isWildcardProbe, soaOf } from '../good-zone.js'
import { type TlsServerOptions, tlsServer } from './tls-server.js'

const AXFR = 252
const name = 'ns.pstorage.test'
let certificates: TestCertificates
let ca: string

beforeAll(async () => {
  certificates = await testCertificates({ name })
  ca = await readFile(certificates.caFile, 'utf8')
})
afterAll(() => certificates[Symbol.asyncDispose]())

type CertificateName = 'byName' | 'byAddress' | 'expired' | 'otherCa'

const service = (cluster: string) =>
  ({ name: `_pstorage._tcp.${cluster}.${domain}`, type: 'SRV', port: 2510, target: `h.${domain}` }) as const
const zone = [soaOf(domain), service('alpha'), service('beta'), soaOf(domain)]
const said = (query: DnsQuery) => (query.type === AXFR ? reply(query, { answers: zone }) : answer(query))
const good = (queries: readonly DnsQuery[]) => ({ messages: queries.map(said) })

function server(certificate: CertificateName, options: Partial<TlsServerOptions> = {}) {
  return tlsServer({ certificate: certificates[certificate], answer: good, ...options })
}

interface TrustRow {
  readonly what: string
  readonly certificate: CertificateName
  readonly tls: (certificates: TestCertificates) => true | TlsOptions
  /** Without one it is trusted. */
  readonly code?: string | RegExp
}

const file = ({ caFile }: TestCertificates) => ({ file: caFile })
const altname = 'ERR_TLS_CERT_ALTNAME_INVALID'

const trust: readonly TrustRow[] = [
  { what: 'by name and CA file', certificate: 'byName', tls: (all) => ({ name, ca: file(all) }) },
  { what: 'by name and CA text', certificate: 'byName', tls: () => ({ name, ca }) },
  {
    what: 'by name in other letters, with the dot',
    certificate: 'byName',
    tls: () => ({ name: 'NS.pstorage.test.', ca }),
  },
  { what: 'by address and CA', certificate: 'byAddress', tls: () => ({ ca }) },
  { what: 'by pin', certificate: 'byName', tls: (all) => ({ pins: [all.byName.publicKeyPin.base64] }) },
  {
    what: 'by one of two pins',
    certificate: 'byName',
    tls: (all) => ({ pins: [all.expired.publicKeyPin.base64, all.byName.publicKeyPin.base64] }),
  },
  {
    what: 'by pin, of an unknown CA',
    certificate: 'otherCa',
    tls: (all) => ({ pins: [all.otherCa.publicKeyPin.base64] }),
  },
  {
    what: 'by pin, name and CA',
    certificate: 'byName',
    tls: (all) => ({ name, ca, pins: [all.byName.publicKeyPin.base64] }),
  },
  { what: 'another name', certificate: 'byName', tls: () => ({ name: 'other.test', ca }), code: altname },
  { what: 'a name and no address', certificate: 'byName', tls: () => ({ ca }), code: altname },
  { what: 'an address and no name', certificate: 'byAddress', tls: () => ({ name, ca }), code: altname },
  { what: 'expired', certificate: 'expired', tls: () => ({ name, ca }), code: 'CERT_HAS_EXPIRED' },
  {
    what: 'of another CA',
    certificate: 'otherCa',
    tls: () => ({ name, ca }),
    code: /^UNABLE_TO_|^CERT_SIGNATURE_FAILURE$/,
  },
  { what: 'of no CA that Node.js trusts', certificate: 'byAddress', tls: () => true, code: /UNABLE_TO|SELF_SIGNED/ },
  {
    what: 'another pin',
    certificate: 'byName',
    tls: (all) => ({ pins: [all.otherCa.publicKeyPin.base64] }),
    code: 'EPIN',
  },
  {
    what: 'another pin, with the right name and CA',
    certificate: 'byName',
    tls: (all) => ({ name, ca, pins: [all.otherCa.publicKeyPin.base64] }),
    code: 'EPIN',
  },
  {
    what: 'the right pin, with another CA',
    certificate: 'otherCa',
    tls: (all) => ({ ca, pins: [all.otherCa.publicKeyPin.base64] }),
    code: /^UNABLE_TO_|^CERT_SIGNATURE_FAILURE$/,
  },
  {
    what: 'the right pin of an expired certificate, with a CA',
    certificate: 'expired',
    tls: (all) => ({ ca, pins: [all.expired.publicKeyPin.base64] }),
    code: 'CERT_HAS_EXPIRED',
  },
]

describe('a server that is asked over TLS', () => {
  it.each(trust)('TCP-10: $what', async ({ certificate, tls, code }) => {
    await using listening = await server(certificate)
    const report = await resolved([listening], { tls: tls(certificates) })
    if (code === undefined) {
      expect(endpointsOf(report)).toEqual([goodEndpoint])
      expect(report.endpoints[0]?.sources).toMatchObject([{ authenticated: true }])
    } else {
      expect(report).toMatchObject({ outcome: 'undetermined', endpoints: [] })
      expect(attemptsOf(report)).toEqual(['dns-srv failed'])
      expect(report.attempts[0]?.error?.code).toEqual(typeof code === 'string' ? code : expect.stringMatching(code))
      expect(listening.queries).toEqual([])
    }
  })

  it('TCP-10: is never asked in clear text, not even when it does not talk TLS', async () => {
    await using listening = await hostileServer({ udp: (query) => answer(query), tcp: (query) => answer(query) })
    const report = await resolved([listening], { tls: true, timeout: 1_000 })
    expect(report).toMatchObject({ outcome: 'undetermined', endpoints: [] })
    expect(listening.queries.filter(({ question }) => question.length > 0)).toEqual([])
  })

  it('TCP-10: leaves the question to the next one when it cannot be trusted', async () => {
    await using bad = await server('expired')
    await using healthy = await server('byName')
    const report = await resolved([bad, healthy], { tls: { name, ca } })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.warnings).toMatchObject([{ code: 'dns-server-fault' }])
    expect(report.warnings[0]?.message).toContain(
      `${bad.server} has a certificate that is not trusted: CERT_HAS_EXPIRED`,
    )
  })

  it('is not listening', async () => {
    await using listening = await hostileServer({ tcp: 'closed' })
    const { attempts } = await resolved([listening], { tls: true })
    expect(attempts).toMatchObject([{ status: 'unreachable', error: { code: 'ECONNREFUSED' } }])
  })

  it('accepts and is silent', async () => {
    await using listening = await hostileServer({ tcp: 'silent' })
    const { attempts } = await resolved([listening], { tls: true, timeout: 300 })
    expect(attempts).toMatchObject([{ status: 'timeout', error: { code: 'ETIMEDOUT' } }])
    await listening.disconnected(1)
  })

  it('is told the name that its certificate must have, and none with an address alone', async () => {
    await using byName = await server('byName')
    await using byAddress = await server('byAddress')
    await resolved([byName], { tls: { name, ca } })
    await resolved([byAddress], { tls: { ca } })
    expect(byName.names).toEqual([name])
    expect(byAddress.names).toEqual([false])
  })

  it('may be one that selects no protocol, as far as questions go', async () => {
    await using listening = await server('byName', { ALPNProtocols: [] })
    const report = await resolved([listening], { tls: { name, ca } })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
  })

  it('may have TLS 1.2 only, as far as questions go', async () => {
    await using listening = await server('byName', { maxVersion: 'TLSv1.2' })
    const report = await resolved([listening], { tls: { name, ca } })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
  })
})

describe('a CA file', () => {
  it.each([
    ['that is missing', 'ENOENT', () => '/nonexistent/ca.pem'],
    ['that is a directory', 'ECAFILE', () => '/'],
    ['that has no end', 'ECAFILE', () => '/dev/zero'],
    ['without a certificate', 'ECAFILE', ({ byName }: TestCertificates) => byName.keyFile],
  ])('%s makes resolving impossible', async (_, code, path) => {
    await using listening = await server('byName')
    const report = await resolved([listening], { tls: { name, ca: { file: path(certificates) } } })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'unavailable', error: { code } }] })
    expect(listening.connections).toBe(0)
  })
})

describe('one connection', () => {
  it('is shared by clusters that are resolved at the same time, and equal questions are asked once', async () => {
    await using listening = await server('byName')
    await using resolver = dnsResolver({ servers: [listening.server], domains: [domain], tls: { name, ca } })
    const resolving = ['alpha', 'ALPHA', 'nosuch'].map((cluster) => resolveCluster(resolver, cluster))
    const reports = await Promise.all(resolving)
    expect(reports.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'absent'])
    const services = listening.queries.filter((query) => query.type === 33 && !isWildcardProbe(query))
    expect(services.map((query) => query.name.toLowerCase())).toEqual([
      `_pstorage._tcp.alpha.${domain}`,
      `_pstorage._tcp.nosuch.${domain}`,
    ])
    expect(listening.connections).toBe(1)
    await listening.disconnected()
    expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('found')
    expect(listening.connections).toBe(2)
  })

  it('has all questions to a server, and is closed when the question is over', async () => {
    const glueless = [
      { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, target: `h1.${domain}` } as const,
    ]
    const host = { name: `h1.${domain}`, type: 'A', address: '192.0.2.1' } as const
    await using listening = await server('byName', {
      answer: (queries) => ({ messages: queries.map((query) => answer(query, [...glueless, host])) }),
    })
    await using resolver = dnsResolver({ servers: [listening.server], domains: [domain], tls: { name, ca } })
    const report = await resolveCluster(resolver, 'alpha')
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(listening.queries.map(({ type }) => type)).toEqual([33, 33, 1, 28])
    expect(listening.queries.filter(isWildcardProbe)).toHaveLength(1)
    expect(listening.connections).toBe(1)
    await listening.disconnected()
  })

  it('TCP-5: brings replies in any order', async () => {
    const held: DnsQuery[] = []
    const clusters = ['a.test', 'b.test', 'c.test']
    await using listening = await server('byName', {
      answer: (queries) => {
        held.push(...queries)
        return { messages: held.length < clusters.length ? [] : held.toReversed().map(zoneOf) }
      },
    })
    const report = await discovered([listening], { domains: clusters, axfr: 'never', tls: { name, ca } })
    expect(namesOf(report).toSorted()).toEqual(['a', 'b', 'c'])
    expect(listening.connections).toBe(1)
  })

  it('that the server closes after each answer is followed by another', async () => {
    await using listening = await server('byName', {
      answer: ([query]) => ({ messages: query === undefined ? [] : [zoneOf(query)], close: true }),
    })
    const domains = ['a.test', 'b.test', 'c.test']
    const report = await discovered([listening], { domains, axfr: 'never', tls: { name, ca } })
    expect(namesOf(report).toSorted()).toEqual(['a', 'b', 'c'])
    expect(listening.connections).toBe(3)
  })

  it('that the server closes without an answer is not followed by another', async () => {
    await using listening = await server('byName', { answer: () => ({ messages: [], close: true }) })
    const { attempts } = await resolved([listening], { tls: { name, ca } })
    expect(attempts).toMatchObject([{ status: 'failed', error: { code: 'ECLOSED' } }])
    expect(listening.connections).toBe(1)
  })

  it('TCP-6: is given up when it brings replies to other questions without end', async () => {
    await using listening = await server('byName', {
      answer: ([query]) => ({
        messages: query === undefined ? [] : Array(200).fill(reply(query, { id: query.id ^ 1 })),
      }),
    })
    const { attempts } = await resolved([listening], { tls: { name, ca } })
    expect(attempts).toMatchObject([{ status: 'malformed', error: { code: 'EBADREPLY' } }])
  })

  it('TCP-2: is given up when it brings rubbish', async () => {
    await using listening = await server('byName', { answer: () => ({ messages: [Buffer.alloc(5)] }) })
    const { attempts } = await resolved([listening], { tls: { name, ca } })
    expect(attempts).toMatchObject([{ status: 'malformed' }])
  })
})

/** The TXT answer that names the first label of its domain. */
function zoneOf(query: DnsQuery): Buffer {
  const [, label = ''] = query.name.split('.')
  return reply(query, { answers: [{ name: query.name, type: 'TXT', strings: [label] }] })
}

interface TransferRow {
  readonly what: string
  readonly options: Partial<TlsServerOptions>
  readonly alpn?: 'require' | 'offer'
  readonly code?: string
}

const transfers: readonly TransferRow[] = [
  { what: 'TLS 1.3 and dot', options: {} },
  {
    what: 'TLS 1.2 only',
    options: { maxVersion: 'TLSv1.2' },
    code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  },
  { what: 'no protocol', options: { ALPNProtocols: [] }, code: 'EALPN' },
  { what: 'no protocol, and one is required', options: { ALPNProtocols: [] }, alpn: 'require', code: 'EALPN' },
  { what: 'no protocol, and one is only offered', options: { ALPNProtocols: [] }, alpn: 'offer' },
  { what: 'dot, and it is only offered', options: {}, alpn: 'offer' },
  ...(['require', 'offer'] as const).map((alpn) => ({
    what: `another protocol alone (${alpn})`,
    options: { ALPNProtocols: ['h2'] },
    alpn,
    code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
  })),
]

describe('a zone transfer over TLS', () => {
  it.each(transfers)('TCP-10: $what', async ({ options, alpn, code }) => {
    await using listening = await server('byName', options)
    const report = await discovered([listening], { tls: { name, ca, alpn }, axfr: 'always' })
    const attempt = report.attempts.find(({ method }) => method === 'dns-axfr')
    if (code === undefined) {
      expect(attempt).toMatchObject({ status: 'found', count: 2 })
      const sources = report.clusters.flatMap((cluster) => cluster.sources)
      expect(sources.map(({ authenticated }) => authenticated)).toEqual(sources.map(() => true))
    } else {
      expect(attempt).toMatchObject({ status: 'failed', error: { code } })
      expect(listening.queries.map(({ type }) => type)).not.toContain(AXFR)
    }
  })

  it('TCP-10: is not tried with a server that has the wrong certificate', async () => {
    await using listening = await server('otherCa')
    const report = await discovered([listening], { tls: { name, ca }, axfr: 'always' })
    expect(attemptsOf(report).toSorted()).toEqual(['dns-axfr failed', 'dns-txt failed'])
    expect(listening.queries).toEqual([])
  })

  it('AX-24: is closed at once by an abort', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    await using listening = await server('byName', {
      answer: (queries) => {
        if (!queries.some(({ type }) => type === AXFR)) return good(queries)
        setImmediate(() => abort.abort(reason))
        return { messages: queries.map((query) => reply(query, { answers: zone.slice(0, 2) })) }
      },
    })
    const resolving = discovered([listening], { tls: { name, ca }, axfr: 'always', signal: abort.signal })
    await expect(resolving).rejects.toBe(reason)
    await listening.disconnected()
  })

  it('is cut short by the server: nothing of it is used', async () => {
    await using listening = await server('byName', {
      answer: (queries) => {
        const [query] = queries
        if (query?.type !== AXFR) return good(queries)
        return { messages: [reply(query, { answers: zone.slice(0, 2) })], close: true }
      },
    })
    const report = await discovered([listening], { tls: { name, ca }, axfr: 'always' })
    const transfer = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'failed', error: { code: 'ECLOSED' } })
  })
})
