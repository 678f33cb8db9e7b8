import { nameToText, readMessage } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { nameBytes, type ReplyOptions, readDnsQuery, reply } from '../src/index.js'

const question = '0161' + '00' + '0010' + '0001' // a. TXT IN
const query = readDnsQuery(Buffer.from(`1234010000010000000000000161000010000${1}`, 'hex'))

const rows: readonly [name: string, options: ReplyOptions, hex: string][] = [
  ['no records', {}, `1234 8500 0001 0000 0000 0000 ${question}`],
  ['NXDOMAIN', { rcode: 'NXDOMAIN' }, `1234 8503 0001 0000 0000 0000 ${question}`],
  ['another id', { id: 0x4321 }, `4321 8500 0001 0000 0000 0000 ${question}`],
  ['an echo: QR=0', { response: false, authoritative: false }, `1234 0100 0001 0000 0000 0000 ${question}`],
  ['truncated', { truncated: true }, `1234 8700 0001 0000 0000 0000 ${question}`],
  [
    'all other flags',
    { authoritative: false, recursionDesired: false, recursionAvailable: true, authenticData: true, opcode: 2 },
    `1234 90a0 0001 0000 0000 0000 ${question}`,
  ],
  ['another question', { questions: [{ name: 'b', type: 33 }] }, '1234 8500 0001 0000 0000 0000 0162 00 0021 0001'],
  ['no question', { questions: [] }, '1234 8500 0000 0000 0000 0000'],
  ['counts that lie', { counts: { answers: 65535, additionals: 7 } }, `1234 8500 0001 ffff 0000 0007 ${question}`],
  [
    'EDNS with an extended code',
    { rcode: 'BADVERS', edns: {} },
    `1234 8500 0001 0000 0000 0001 ${question} 00 0029 04d0 01000000 0000`,
  ],
  [
    'TXT at the name asked for',
    { answers: [{ name: 'a', type: 'TXT', strings: ['x,y', 'z'] }] },
    `1234 8500 0001 0001 0000 0000 ${question} c00c 0010 0001 0000012c 0006 03782c79 017a`,
  ],
  [
    'no compression',
    { compress: 'none', answers: [{ name: 'a.', type: 'A', address: '192.0.2.1', ttl: 0 }] },
    `1234 8500 0001 0001 0000 0000 ${question} 016100 0001 0001 00000000 0004 c0000201`,
  ],
  [
    'SRV, target not compressed',
    { answers: [{ name: 'a', type: 'SRV', port: 2510, target: 's.a' }] },
    `1234 8500 0001 0001 0000 0000 ${question} c00c 0021 0001 0000012c 000b 0000 0001 09ce 0173 0161 00`,
  ],
  [
    'SRV, target compressed',
    { compress: 'all', answers: [{ name: 'a', type: 'SRV', port: 2510, target: 's.a' }] },
    `1234 8500 0001 0001 0000 0000 ${question} c00c 0021 0001 0000012c 000a 0000 0001 09ce 0173 c00c`,
  ],
  [
    'AAAA in the additional section',
    { additionals: [{ name: 'b.a', type: 'AAAA', address: '2001:db8::1' }] },
    `1234 8500 0001 0000 0000 0001 ${question} 0162 c00c 001c 0001 0000012c 0010 20010db8000000000000000000000001`,
  ],
  [
    'a referral',
    { authoritative: false, authorities: [{ name: '.', type: 'NS', target: '.' }] },
    `1234 8100 0001 0000 0001 0000 ${question} 00 0002 0001 0000012c 0001 00`,
  ],
  [
    'SOA',
    { authorities: [{ name: 'a', type: 'SOA', serial: 1, primary: 'n', mailbox: 'h' }] },
    `1234 8500 0001 0000 0001 0000 ${question} c00c 0006 0001 0000012c 001a 016e00 016800 00000001 00000e10 00000258 00015180 0000012c`,
  ],
  [
    'any type, wrong RDLENGTH',
    { answers: [{ name: 'a', type: 99, data: Buffer.of(1, 2), rdlength: 512 }] },
    `1234 8500 0001 0001 0000 0000 ${question} c00c 0063 0001 0000012c 0200 0102`,
  ],
]

describe('reply', () => {
  it.each(rows)('writes %s', (_, options, hex) => {
    expect(reply(query, options).toString('hex')).toBe(hex.replaceAll(' ', ''))
  })

  it.each(['none', 'owners', 'all'] as const)(
    'is read by the reader of messages as it was meant, compressing %s',
    (compress) => {
      const message = readMessage(
        reply(query, {
          compress,
          edns: { payloadSize: 4096 },
          answers: [
            { name: 'a', type: 'SRV', port: 2510, target: 's.b.a' },
            { name: 'A', type: 'TXT', strings: ['x,y', 'z'] },
          ],
          authorities: [{ name: 'a', type: 'NS', target: 'ns.a' }],
          additionals: [
            { name: 's.b.a', type: 'A', address: '192.0.2.1' },
            { name: 'ns.a', type: 'AAAA', address: '2001:db8::1' },
          ],
        }),
      )
      const shown = [...message.answers, ...message.authorities, ...message.additionals].map(({ name }) =>
        nameToText(name),
      )
      expect(shown).toEqual(['a', 'A', 'a', 's.b.a', 'ns.a', '.'])
      expect(message.answers[0]?.data).toMatchObject({ port: 2510, target: ['s', 'b', 'a'] })
    },
  )

  it('repeats the question of the query byte for byte', () => {
    const mixed = readDnsQuery(Buffer.from('000100000001000000000000 0141 00 0021 0001'.replaceAll(' ', ''), 'hex'))
    expect(mixed).toMatchObject({ id: 1, name: 'A', type: 33, edns: false, recursionDesired: false })
    expect(reply(mixed).subarray(12)).toEqual(mixed.question)
  })
})

describe('readDnsQuery', () => {
  it.each([
    ['nothing', ''],
    ['a header alone', '123401000001000000000000'],
    ['a name without end', '1234010000010000000000000361'],
    ['a pointer for a name', '123401000001000000000000c00c00010001'],
  ])('takes %s for a query without a question', (_, hex) => {
    expect(readDnsQuery(Buffer.from(hex, 'hex'))).toMatchObject({ question: Buffer.alloc(0), name: '', type: 0 })
  })
})

describe('nameBytes', () => {
  it.each([
    ['.', '00'],
    ['a.b', '0161016200'],
    ['a.b.', '0161016200'],
    ['a\\.b', '03612e6200'],
    ['\\000\\255\\\\', '0300ff5c00'],
  ])('writes %s', (name, hex) => {
    expect(nameBytes(name).toString('hex')).toBe(hex)
  })

  it('takes bytes as they are', () => {
    expect(nameBytes(Buffer.of(0xc0, 0x0c))).toEqual(Buffer.of(0xc0, 0x0c))
  })

  it.each(['a..b', '.a', 'x'.repeat(64)])('refuses the text %j', (name) => {
    expect(() => nameBytes(name)).toThrow(RangeError)
  })
})
