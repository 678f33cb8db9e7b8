import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import {
  addressData,
  nameFromText,
  nameToText,
  RecordType,
  readMessage,
  readUpdateReply,
  serviceData,
  textData,
  type Update,
  type UpdateChange,
  wireNameFromText,
  writeQuery,
  writeUpdate,
} from '@pstorage/dns-message'
import { SignedRequest, TsigKey, type TsigKeyText } from '@pstorage/dns-message/tsig'
import { type NamedServer, namedServer } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { MessageFraming } from '../src/transport/message-framing.js'

const zone = nameFromText('pstorage.test')
const origin = wireNameFromText('pstorage.test.', '\0')
const within = (text: string) => [...nameFromText(text), ...zone]
const service = within('_pstorage._tcp.alpha')
const clusters = within('pstorage_clusters')
const srv = (target: string): string => serviceData(0, 1, 2510, wireNameFromText(target, origin))
const text = (...strings: readonly string[]): string => textData(strings)
const address = (literal: string): string => addressData(literal)?.data ?? ''

const secret = Buffer.alloc(32, 'secret').toString('base64')
const key: TsigKeyText = { name: 'member', algorithm: 'hmac-sha256', secret }
const powerless = { ...key, name: 'powerless' }

/** A server of a zone that the key `member` may update. */
const updatedServer = (): Promise<NamedServer> =>
  namedServer({
    zones: {
      'pstorage.test': [
        '$TTL 300',
        '@ SOA ns hostmaster 1 3600 600 86400 300',
        '@ NS ns',
        'ns A 127.0.0.1',
        '_pstorage._tcp.alpha SRV 0 1 2510 h1',
        'pstorage_clusters TXT "alpha"',
        'h1 A 192.0.2.1',
        '',
      ].join('\n'),
    },
    keys: [key, powerless],
    options: `allow-update { key "${key.name}"; };`,
  })

/** Sends a request over a connection of its own, and returns the first message of the response. */
async function exchange({ address: host, port }: NamedServer, request: Uint8Array): Promise<Buffer> {
  const socket = connect({ host, port })
  try {
    const length = Buffer.of(request.length >> 8, request.length & 0xff)
    socket.end(Buffer.concat([length, request]))
    const framing = new MessageFraming()
    for await (const bytes of socket) for (const message of framing.add(bytes)) return Buffer.from(message)
    throw new Error('the server closed the connection without a reply')
  } finally {
    socket.destroy()
    if (!socket.closed) await once(socket, 'close')
  }
}

interface SentUpdate extends Omit<Update, 'id' | 'zone' | 'changes'> {
  readonly zone?: Update['zone']
  readonly changes?: readonly UpdateChange[]
  /** Default: `member`; `null` for none. */
  readonly key?: TsigKeyText | null
  /** Milliseconds by which our clock is ahead. */
  readonly ahead?: number
}

/** Sends an update and returns the code of its reply. */
async function updated(server: NamedServer, sent: SentUpdate): Promise<string> {
  const { key: signer = key, ahead = 0, ...parts } = sent
  const update: Update = { id: randomInt(0x10000), zone, changes: [], ...parts }
  const bytes = writeUpdate(update)
  if (signer === null) return readUpdateReply(update, await exchange(server, bytes)).code
  const signed = new SignedRequest(new TsigKey(signer), bytes, () => Date.now() + ahead)
  return readUpdateReply(update, await exchange(server, signed.bytes), signed).code
}

/** The RDATA of an RRset as text, in alphabetical order. */
async function rrset(server: NamedServer, name: readonly string[], type: number): Promise<readonly string[]> {
  const { answers } = readMessage(await exchange(server, writeQuery({ id: 1, name, type })))
  return answers
    .map(({ data, ttl }) => {
      if (data.kind === 'SRV') return `${ttl} ${data.port} ${nameToText(data.target)}`
      if (data.kind === 'TXT') return `${ttl} ${data.strings.map((string) => Buffer.from(string).toString()).join(' ')}`
      return data.kind === 'A' || data.kind === 'AAAA' ? `${ttl} ${data.address}` : `${ttl} ${data.kind}`
    })
    .sort()
}

describe('RFC 2136 updates of a zone of BIND', () => {
  it('add records, and replace a set that is as it was read', async () => {
    await using server = await updatedServer()
    const joined = await updated(server, {
      prerequisites: [
        { kind: 'rrset-equals', owner: service, type: RecordType.SRV, data: [srv('h1')] },
        { kind: 'rrset-exists', owner: clusters, type: RecordType.TXT },
        { kind: 'name-in-use', owner: clusters },
        { kind: 'rrset-absent', owner: within('h2'), type: RecordType.AAAA },
        { kind: 'name-not-in-use', owner: within('h2') },
      ],
      changes: [
        { kind: 'add', owner: within('h2'), type: RecordType.A, ttl: 60, data: [address('192.0.2.2')] },
        { kind: 'add', owner: within('h2'), type: RecordType.AAAA, ttl: 60, data: [address('2001:db8::2')] },
        { kind: 'add', owner: service, type: RecordType.SRV, ttl: 300, data: [srv('h2'), srv('h3')] },
        { kind: 'delete-rrset', owner: clusters, type: RecordType.TXT },
        { kind: 'add', owner: clusters, type: RecordType.TXT, ttl: 60, data: [text('alpha', 'beta')] },
      ],
    })
    expect(joined).toBe('NOERROR')
    expect(await rrset(server, service, RecordType.SRV)).toEqual([
      '300 2510 h1.pstorage.test',
      '300 2510 h2.pstorage.test',
      '300 2510 h3.pstorage.test',
    ])
    expect(await rrset(server, clusters, RecordType.TXT)).toEqual(['60 alpha beta'])
    expect(await rrset(server, within('h2'), RecordType.A)).toEqual(['60 192.0.2.2'])
    expect(await rrset(server, within('h2'), RecordType.AAAA)).toEqual(['60 2001:db8::2'])

    const left = await updated(server, {
      prerequisites: [
        // In another order.
        { kind: 'rrset-equals', owner: service, type: RecordType.SRV, data: [srv('h3'), srv('h1'), srv('h2')] },
      ],
      changes: [
        { kind: 'delete-records', owner: service, type: RecordType.SRV, data: [srv('h1'), srv('h3')] },
        { kind: 'delete-name', owner: within('h2') },
      ],
    })
    expect(left).toBe('NOERROR')
    expect(await rrset(server, service, RecordType.SRV)).toEqual(['300 2510 h2.pstorage.test'])
    expect(await rrset(server, within('h2'), RecordType.A)).toEqual([])
  })

  it.each([
    {
      code: 'NXRRSET',
      id: 'a set without one of its records',
      prerequisites: [{ kind: 'rrset-equals', owner: service, type: RecordType.SRV, data: [srv('h2')] }],
    },
    {
      code: 'NXRRSET',
      id: 'a set with one more record',
      prerequisites: [{ kind: 'rrset-equals', owner: service, type: RecordType.SRV, data: [srv('h1'), srv('h2')] }],
    },
    {
      code: 'NXRRSET',
      id: 'no set',
      prerequisites: [{ kind: 'rrset-exists', owner: service, type: RecordType.TXT }],
    },
    {
      code: 'YXRRSET',
      id: 'a set',
      prerequisites: [{ kind: 'rrset-absent', owner: service, type: RecordType.SRV }],
    },
    { code: 'NXDOMAIN', id: 'no name', prerequisites: [{ kind: 'name-in-use', owner: within('h2') }] },
    { code: 'YXDOMAIN', id: 'a name', prerequisites: [{ kind: 'name-not-in-use', owner: within('h1') }] },
  ] as const)('change nothing after $code: there is $id', async ({ code, prerequisites }) => {
    await using server = await updatedServer()
    const changes: readonly UpdateChange[] = [{ kind: 'delete-name', owner: service }]
    expect(await updated(server, { prerequisites, changes })).toBe(code)
    expect(await rrset(server, service, RecordType.SRV)).toEqual(['300 2510 h1.pstorage.test'])
  })

  const changes: readonly UpdateChange[] = [{ kind: 'delete-name', owner: service }]
  it('are refused to a key without the right, with a signature, and without a key', async () => {
    await using server = await updatedServer()
    expect(await updated(server, { changes, key: powerless })).toBe('REFUSED')
    expect(await updated(server, { changes, key: null })).toBe('REFUSED')
    expect(await rrset(server, service, RecordType.SRV)).toHaveLength(1)
  })

  it.each([
    { id: 'an unknown key', sent: { key: { ...key, name: 'unknown' } }, code: 'BADKEY' },
    { id: 'another algorithm', sent: { key: { ...key, algorithm: 'hmac-sha512' as const } }, code: 'BADKEY' },
    {
      id: 'another secret',
      sent: { key: { ...key, secret: Buffer.alloc(32, 'other').toString('base64') } },
      code: 'BADSIG',
    },
    { id: 'a clock an hour ahead', sent: { ahead: 3_600_000 }, code: 'BADTIME' },
    { id: 'a clock an hour behind', sent: { ahead: -3_600_000 }, code: 'BADTIME' },
  ])('are refused with $code: $id', async ({ sent, code }) => {
    await using server = await updatedServer()
    await expect(updated(server, { changes, ...sent })).rejects.toMatchObject({ status: 'refused', code })
    expect(await rrset(server, service, RecordType.SRV)).toHaveLength(1)
  })

  it('are refused with NOTAUTH for a zone that the server does not have', async () => {
    await using server = await updatedServer()
    const elsewhere = nameFromText('other.test')
    const owner = nameFromText('a.other.test')
    expect(await updated(server, { zone: elsewhere, changes: [{ kind: 'delete-name', owner }] })).toBe('NOTAUTH')
  })

  it('of 65,000 octets with a signature are made whole', async () => {
    await using server = await updatedServer()
    // BIND takes 100 records of a set.
    const data = Array.from({ length: 90 }, (_, index) => text(`${index}`, ...Array(3).fill('x'.repeat(230))))
    const changes: readonly UpdateChange[] = [{ kind: 'add', owner: clusters, type: RecordType.TXT, ttl: 60, data }]
    expect(writeUpdate({ id: 0, zone, changes }).length).toBeGreaterThan(62_000)
    expect(await updated(server, { changes })).toBe('NOERROR')
    expect(await rrset(server, clusters, RecordType.TXT)).toHaveLength(91)
  })
})
