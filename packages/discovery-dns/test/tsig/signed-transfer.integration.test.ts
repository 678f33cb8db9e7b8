import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discoverClusters, formatEndpoint } from '@pstorage/discovery-core'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type HostileQuery, hostileServer, keyFile, reply, type TcpStep } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { ReplySigner, serverTime, testKey } from '../../../dns-message/test/tsig/reply-signer.js'
import { dnsResolver } from '../../src/index.js'
import { attemptsOf, codesOf, discovered, namesOf } from '../asked.js'
import { answer, domain, soaOf } from '../good-zone.js'

const AXFR = 252
const service = (cluster: string) =>
  ({ name: `_pstorage._tcp.${cluster}.${domain}`, type: 'SRV', port: 2510, target: `h.${domain}` }) as const

type Messages = (query: HostileQuery, signer: ReplySigner) => readonly TcpStep[]

/** A server that signs its SOA, and says to transfers what a row says. */
function signing(messages: Messages) {
  return hostileServer({
    udp: (query) => answer(query, []),
    tcp: (query) => {
      const signer = new ReplySigner(query.bytes)
      return query.type === AXFR ? messages(query, signer) : signer.sign(answer(query, []))
    },
  })
}

const first = (query: HostileQuery) => reply(query, { answers: [soaOf(domain), service('alpha')] })
const middle = (query: HostileQuery, cluster = 'beta') => reply(query, { answers: [service(cluster)] })
const last = (query: HostileQuery) => reply(query, { answers: [service('omega'), soaOf(domain)] })

interface Row {
  readonly id: string
  readonly what: string
  readonly messages: Messages
  /** Without one the transfer holds. */
  readonly code?: string
  /** Default `failed`. */
  readonly status?: string
  readonly says?: RegExp
}

const flipped = (mac: Buffer): Buffer => Buffer.from(mac.map((octet, index) => (index === 31 ? octet ^ 1 : octet)))
const none = (): Buffer => Buffer.alloc(0)
const unsignedMiddle =
  (count: number): Messages =>
  (query, signer) => [
    signer.sign(first(query)),
    ...Array.from({ length: count }, () => signer.pass(middle(query))),
    signer.sign(last(query)),
  ]
const hint =
  (error: number): Messages =>
  (query, signer) => [signer.sign(reply(query, { rcode: 'NOTAUTH' }), { error, alterMac: none })]

const rows: readonly Row[] = [
  {
    id: 'AX-18',
    what: 'every message is signed',
    messages: (query, signer) => [first, middle, last].map((each) => signer.sign(each(query))),
  },
  {
    id: 'AX-18',
    what: 'one message that is signed',
    messages: (query, signer) => [
      signer.sign(reply(query, { answers: [soaOf(domain), service('alpha'), soaOf(domain)] })),
    ],
  },
  { id: 'AX-18', what: 'an unsigned message in between', messages: unsignedMiddle(1) },
  { id: 'AX-18', what: '99 unsigned messages in a row', messages: unsignedMiddle(99) },
  {
    id: 'AX-18',
    what: '100 unsigned messages in a row',
    messages: unsignedMiddle(100),
    code: 'EUNSIGNED',
    says: /100 messages in a row/,
  },
  {
    id: 'AX-18',
    what: '2 times 99 unsigned messages',
    messages: (query, signer) => [
      signer.sign(first(query)),
      ...Array.from({ length: 99 }, () => signer.pass(middle(query))),
      signer.sign(middle(query)),
      ...Array.from({ length: 99 }, () => signer.pass(middle(query))),
      signer.sign(last(query)),
    ],
  },
  {
    id: 'AX-18',
    what: 'nothing is signed',
    messages: (query) => [first(query), last(query)],
    code: 'EUNSIGNED',
    says: /did not sign its reply/,
  },
  {
    id: 'AX-18',
    what: 'the first is not signed',
    messages: (query, signer) => [signer.pass(first(query)), signer.sign(last(query))],
    code: 'EUNSIGNED',
  },
  {
    id: 'AX-18',
    what: 'the last is not signed',
    messages: (query, signer) => [signer.sign(first(query)), last(query)],
    code: 'EUNSIGNED',
    says: /the end of its reply/,
  },
  {
    id: 'AX-18',
    what: 'an unsigned REFUSED',
    messages: (query) => [reply(query, { rcode: 'REFUSED' })],
    code: 'REFUSED',
    status: 'refused',
    says: /said REFUSED, without a signature/,
  },
  {
    id: 'AX-18',
    what: 'a signed REFUSED',
    messages: (query, signer) => [signer.sign(reply(query, { rcode: 'REFUSED' }))],
    code: 'REFUSED',
    status: 'refused',
  },
  {
    id: 'AX-18',
    what: 'two signatures in a message',
    messages: (query, signer) => [signer.sign(signer.sign(first(query)))],
    code: 'FORMERR',
    status: 'malformed',
  },
  {
    id: 'AX-18',
    what: 'a signature before another record',
    messages: (query, signer) => [
      reply(query, {
        answers: [soaOf(domain)],
        additionals: [{ name: 'k', type: 250, class: 255, data: Buffer.alloc(40) }, service('x')],
      }),
      signer.sign(last(query)),
    ],
    code: 'FORMERR',
    status: 'malformed',
  },
  {
    id: 'AX-18',
    what: 'a signature that cannot be read',
    messages: (query) => [reply(query, { additionals: [{ name: 'k', type: 250, class: 255, data: Buffer.alloc(3) }] })],
    code: 'FORMERR',
    status: 'malformed',
  },
  {
    id: 'AX-19',
    what: 'BADSIG',
    messages: hint(16),
    code: 'BADSIG',
    status: 'refused',
    says: /another secret .* only a hint/,
  },
  {
    id: 'AX-19',
    what: 'BADKEY',
    messages: hint(17),
    code: 'BADKEY',
    status: 'refused',
    says: /does not know the key transfer\.key .* only a hint/,
  },
  {
    id: 'AX-19',
    what: 'BADTIME',
    messages: (query, signer) => [
      signer.sign(reply(query, { rcode: 'NOTAUTH' }), { error: 18, other: serverTime(signer.requestTime - 3_600) }),
    ],
    code: 'BADTIME',
    status: 'refused',
    says: /its clock is 360\d s behind ours/,
  },
  {
    id: 'AX-19',
    what: 'BADTIME with a wrong signature',
    messages: (query, signer) => [
      signer.sign(reply(query, { rcode: 'NOTAUTH' }), { error: 18, other: serverTime(0), alterMac: flipped }),
    ],
    code: 'BADSIG',
  },
  {
    id: 'AX-19',
    what: 'BADTRUNC',
    messages: (query, signer) => [signer.sign(reply(query, { rcode: 'NOTAUTH' }), { error: 22 })],
    code: 'BADTRUNC',
    status: 'refused',
  },
  {
    id: 'AX-19',
    what: 'a time of an hour ago',
    messages: (query, signer) => [signer.sign(first(query), { time: signer.requestTime - 3_600 })],
    code: 'BADTIME',
    says: /behind ours/,
  },
  {
    id: 'AX-19',
    what: 'a time in an hour, in a later message',
    messages: (query, signer) => [
      signer.sign(first(query)),
      signer.sign(last(query), { time: signer.requestTime + 3_600 }),
    ],
    code: 'BADTIME',
    says: /ahead of ours/,
  },
  {
    id: 'AX-19',
    what: 'a time within the fudge',
    messages: (query, signer) => [
      signer.sign(first(query)),
      signer.sign(last(query), { time: signer.requestTime + 250 }),
    ],
  },
  {
    id: 'AX-20',
    what: 'a MAC altered in message 1',
    messages: (query, signer) => [signer.sign(first(query), { alterMac: flipped })],
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'a MAC altered in message 2',
    messages: (query, signer) => [signer.sign(first(query)), signer.sign(last(query), { alterMac: flipped })],
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'a record altered in message 2',
    messages: (query, signer) => {
      const [one, two] = [signer.sign(first(query)), signer.sign(last(query))]
      return [one, Buffer.from(two.toString('latin1').replace('omega', 'alpha'), 'latin1')]
    },
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'messages 2 and 3 swapped',
    messages: (query, signer) => {
      const [one, two, three, four] = [first, middle, middle, last].map((each) => signer.sign(each(query)))
      return [one, three, two, four].flatMap((message) => message ?? [])
    },
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'message 2 dropped',
    messages: (query, signer) => {
      const [one, , three] = [first, middle, last].map((each) => signer.sign(each(query)))
      return [one, three].flatMap((message) => message ?? [])
    },
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'message 2 repeated',
    messages: (query, signer) => {
      const [one, two, three] = [first, middle, last].map((each) => signer.sign(each(query)))
      return [one, two, two, three].flatMap((message) => message ?? [])
    },
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'an unsigned message altered',
    messages: (query, signer) => {
      const one = signer.sign(first(query))
      signer.pass(middle(query))
      return [one, middle(query, 'evil'), signer.sign(last(query))]
    },
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'an unsigned message put in',
    messages: (query, signer) => [signer.sign(first(query)), middle(query, 'evil'), signer.sign(last(query))],
    code: 'BADSIG',
  },
  {
    id: 'AX-20',
    what: 'a shortened MAC',
    messages: (query, signer) => [signer.sign(first(query), { alterMac: (mac) => mac.subarray(0, 16) })],
    code: 'BADTRUNC',
  },
  {
    id: 'AX-20',
    what: 'an empty MAC without an error',
    messages: (query, signer) => [signer.sign(first(query), { alterMac: none })],
    code: 'EUNSIGNED',
  },
  {
    id: 'AX-20',
    what: 'a MAC that is too long',
    messages: (query, signer) => [signer.sign(first(query), { alterMac: (mac) => Buffer.concat([mac, mac]) })],
    code: 'BADSIG',
  },
  {
    id: 'AX-21',
    what: 'the name of the key in capitals',
    messages: (query, signer) => [first, last].map((each) => signer.sign(each(query), { keyName: 'TRANSFER.KEY' })),
  },
  {
    id: 'AX-21',
    what: 'another key',
    messages: (query, signer) => [signer.sign(first(query), { keyName: 'other.key' })],
    code: 'BADKEY',
  },
  {
    id: 'AX-21',
    what: 'another algorithm',
    messages: (query, signer) => [signer.sign(first(query), { algorithm: 'hmac-sha1' })],
    code: 'BADKEY',
  },
]

describe('a signed transfer', () => {
  it.each(rows)('$id: $what', async ({ messages, code, status = 'failed', says = /./ }) => {
    await using server = await signing(messages)
    const report = await discovered([server], { axfr: 'always', tsigKey: testKey })
    const attempt = report.attempts.find(({ method }) => method === 'dns-axfr')
    if (code === undefined) {
      expect(attempt).toMatchObject({ status: 'found', error: null })
      expect(namesOf(report)).toContain('alpha')
      expect(report.clusters.flatMap(({ sources }) => sources)).toMatchObject(
        report.clusters.map(() => ({ method: 'dns-axfr', authenticated: true })),
      )
    } else {
      expect(attempt).toMatchObject({ status, error: { code } })
      expect(attempt?.error?.message).toMatch(says)
      expect(report).toMatchObject({ outcome: 'undetermined', clusters: [] })
    }
    expect(JSON.stringify(report)).not.toContain(testKey.secret)
  })

  it('AX-18: is not asked for where nobody signs the SOA record', async () => {
    await using server = await hostileServer({ udp: (query) => answer(query, []), tcp: (query) => answer(query, []) })
    const report = await discovered([server], { axfr: 'always', tsigKey: testKey })
    const attempt = report.attempts.find(({ method }) => method === 'dns-axfr')
    expect(attempt).toMatchObject({ status: 'failed', error: { code: 'EUNSIGNED' } })
    expect(server.queries.map(({ type }) => type)).not.toContain(AXFR)
  })

  it('signs with the name of the key in lower case, whatever case it was given in', async () => {
    await using server = await signing((query, signer) => [signer.sign(first(query)), signer.sign(last(query))])
    await discovered([server], { axfr: 'always', tsigKey: testKey })
    const [transfer] = (await server.received(1)).filter(({ type }) => type === AXFR)
    expect(transfer?.bytes.toString('latin1')).toContain('\u0008transfer\u0003key\u0000')
  })
})

interface OwnServerRow {
  readonly what: string
  readonly key: {
    readonly name: string
    readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'
    readonly secret: string
  }
  /** Milliseconds by which our clock is ahead. */
  readonly ahead?: number
  readonly code?: string
}

const { secret } = testKey
const otherSecret = Buffer.from('another secret').toString('base64')
const ownServerRows: readonly OwnServerRow[] = [
  { what: 'the key', key: testKey },
  { what: 'the key in other letters', key: { ...testKey, name: 'TRANSFER.key.' } },
  { what: 'hmac-sha384', key: { name: 'sha384', algorithm: 'hmac-sha384', secret } },
  { what: 'hmac-sha512', key: { name: 'sha512', algorithm: 'hmac-sha512', secret } },
  { what: 'a wrong secret', key: { ...testKey, secret: otherSecret }, code: 'BADSIG' },
  { what: 'an unknown key', key: { ...testKey, name: 'unknown' }, code: 'BADKEY' },
  { what: 'another algorithm', key: { ...testKey, algorithm: 'hmac-sha512' }, code: 'BADKEY' },
  { what: 'a clock that is an hour ahead', key: testKey, ahead: 3_600_000, code: 'BADTIME' },
  { what: 'a clock that is an hour behind', key: testKey, ahead: -3_600_000, code: 'BADTIME' },
  { what: 'a clock that is a little ahead', key: testKey, ahead: 200_000 },
]

describe('the embedded name server', () => {
  it.each(ownServerRows)('$what', async ({ key, ahead = 0, code }) => {
    await using server = await clusterNameServer({
      origin: domain,
      clusters: [{ name: 'alpha', mds: [{ address: '192.0.2.1' }] }],
      keys: [
        testKey,
        ...(['sha384', 'sha512'] as const).map((name) => ({ name, algorithm: `hmac-${name}` as const, secret })),
      ],
      allowTransfer: [testKey.name, 'sha384', 'sha512'].map((name) => ({ key: name })),
    })
    const wallClock = () => Date.now() + ahead
    const report = await discovered([server], { axfr: 'always', tsigKey: key, wallClock })
    const attempt = report.attempts.find(({ method }) => method === 'dns-axfr')
    if (code === undefined) expect(attempt).toMatchObject({ status: 'found', count: 1 })
    else expect(attempt).toMatchObject({ status: 'refused', error: { code } })
    if (code === 'BADTIME')
      expect(attempt?.error?.message).toMatch(ahead > 0 ? /3(?:600|599) s behind ours/ : /3(?:600|601) s ahead of ours/)
  })

  it('AX-22: warns of a key file that everybody can read', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-key-'))
    const file = join(directory, 'key')
    const { name, algorithm } = testKey
    await writeFile(file, `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`)
    await using server = await clusterNameServer({
      origin: domain,
      clusters: [{ name: 'alpha', mds: [{ address: '192.0.2.1' }] }],
      keys: [testKey],
      allowTransfer: [{ key: name }],
    })
    for (const [mode, codes] of [
      [0o644, ['tsig-key-readable']],
      [0o640, []],
      [0o600, []],
    ] as const) {
      await chmod(file, mode)
      const report = await discovered([server], { axfr: 'always', tsigKey: { file } })
      expect(namesOf(report)).toEqual(['alpha'])
      expect(codesOf(report)).toEqual(codes)
      expect(JSON.stringify(report)).not.toContain(secret)
    }
    await rm(directory, { recursive: true })
  })

  it.each([
    ['is removed', (file: string) => rm(file)],
    ['becomes rubbish', (file: string) => writeFile(file, 'rubbish')],
  ])('a key file that %s later makes a transfer impossible, and nothing absent', async (_, spoil) => {
    await using key = await keyFile(testKey)
    await using server = await clusterNameServer({
      origin: domain,
      zone: `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n NS ns\nns A 127.0.0.1\n`,
      keys: [testKey],
      allowTransfer: [{ key: testKey.name }],
    })
    await using resolver = dnsResolver({
      servers: [formatEndpoint(server)],
      domains: [domain],
      axfr: 'always',
      tsigKey: { file: key.file },
    })
    const before = await discoverClusters(resolver)
    expect(before.outcome).toBe('absent')
    await spoil(key.file)
    const report = await discoverClusters(resolver)
    expect(report.outcome).toBe('undetermined')
    expect(attemptsOf(report).toSorted()).toEqual(['dns-axfr unavailable', 'dns-txt empty'])
    expect(codesOf(report)).toEqual(['tsig-key-unusable'])
  })

  it('a key file that is missing: nothing but the transfer fails', async () => {
    await using server = await clusterNameServer({
      origin: domain,
      clusters: [{ name: 'alpha', mds: [{ address: '192.0.2.1' }] }],
    })
    const report = await discovered([server], { axfr: 'always', tsigKey: { file: '/nonexistent/key' } })
    expect(namesOf(report)).toEqual(['alpha'])
    expect(report.attempts.find(({ method }) => method === 'dns-axfr')).toMatchObject({
      status: 'unavailable',
      error: { code: 'ENOENT' },
    })
  })
})
