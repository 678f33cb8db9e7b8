import { Opcode, RecordClass, RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import type { TransferLimits } from '../src/config/transfer-limits.js'
import { DEFAULT_TRANSFER_LIMITS } from '../src/index.js'
import { recordReader, TransferError, ZoneTransfer } from '../src/transfer/zone-transfer.js'
import { a, type MessageParts, message, name, record, scanned, soa, srv } from './records.js'

const zone = 'pstorage.test'
const start = record(zone, soa())
const end = record('PSTORAGE.test', soa())
const apexAddress = record(zone, a('192.0.2.9'))
const ourQuestion = { name: name(zone), type: RecordType.AXFR, class: RecordClass.IN }
const host = (index: number) => record(`h${index}.${zone}`, a('192.0.2.1'))

interface Row {
  readonly id: string
  readonly what: string
  readonly messages: readonly MessageParts[]
  readonly limits?: Partial<TransferLimits>
  /** The number of records of the transfer; absent when it fails. */
  readonly records?: number
  readonly error?: Partial<TransferError>
  /** Default: complete, unless there is an error. */
  readonly complete?: boolean
}

const answers = (...records: readonly ResourceRecord[]): MessageParts => ({ answers: records })
const scannedParts = (parts: MessageParts) => scanned(message(zone, RecordType.AXFR, parts))
const octetsOf = (...messages: readonly MessageParts[]) =>
  messages.reduce((sum, parts) => sum + scannedParts(parts).bytes.length, 0)
const malformed = { status: 'malformed', code: 'EBADTRANSFER' } as const
const changed = { status: 'failed', code: 'EZONECHANGED' } as const
const limit = { status: 'failed', code: 'ELIMIT' } as const
const said = (rcode: number, code: string, status: TransferError['status'], id = 'AX-1'): Row => ({
  id,
  what: `${code} in the first message`,
  messages: [{ header: { rcode } }],
  error: { status, code },
})

const rows: readonly Row[] = [
  { id: 'AX-0', what: 'a zone in one message', messages: [answers(start, host(1), host(2), end)], records: 2 },
  { id: 'AX-0', what: 'a zone of nothing', messages: [answers(start, end)], records: 0 },
  said(1, 'FORMERR', 'failed'),
  said(2, 'SERVFAIL', 'failed'),
  said(4, 'NOTIMP', 'failed'),
  said(5, 'REFUSED', 'refused'),
  said(9, 'NOTAUTH', 'refused'),
  {
    id: 'AX-1',
    what: 'FORMERR without a question',
    messages: [{ header: { rcode: 1 }, questions: [] }],
    error: { code: 'FORMERR' },
  },
  { id: 'AX-2', what: 'a first record that is no SOA', messages: [answers(host(1), start)], error: malformed },
  {
    id: 'AX-2',
    what: 'the SOA of another zone',
    messages: [answers(record('test', soa()), host(1))],
    error: malformed,
  },
  {
    id: 'AX-2',
    what: 'an SOA of another class',
    messages: [answers(record(zone, soa(), { class: RecordClass.CH }))],
    error: malformed,
  },
  { id: 'AX-2', what: 'an address of the zone first', messages: [answers(apexAddress, start, end)], error: malformed },
  { id: 'AX-3', what: 'no final SOA', messages: [answers(start, host(1)), answers(host(2))], complete: false },
  { id: 'AX-3', what: 'the first SOA alone', messages: [answers(start)], complete: false },
  {
    id: 'AX-4',
    what: 'a final SOA of another serial',
    messages: [answers(start, host(1), record(zone, soa(2)))],
    error: changed,
  },
  { id: 'AX-5', what: 'records after the final SOA', messages: [answers(start, end, host(1))], error: malformed },
  { id: 'AX-5', what: 'a third SOA', messages: [answers(start, host(1), end, end)], error: malformed },
  {
    id: 'AX-7',
    what: 'another question in a later message',
    messages: [
      answers(start),
      { questions: [{ name: name('other.test'), type: RecordType.AXFR, class: RecordClass.IN }] },
    ],
    error: malformed,
  },
  {
    id: 'AX-7',
    what: 'another type in the question',
    messages: [{ questions: [{ name: name(zone), type: RecordType.IXFR, class: RecordClass.IN }] }],
    error: malformed,
  },
  {
    id: 'AX-7',
    what: 'the question twice',
    messages: [{ ...answers(start, end), questions: [ourQuestion, ourQuestion] }],
    error: malformed,
  },
  {
    id: 'AX-7',
    what: 'no question in the first message',
    messages: [{ ...answers(start, end), questions: [] }],
    error: malformed,
  },
  {
    id: 'AX-7',
    what: 'no question in later messages',
    messages: [answers(start), { ...answers(host(1)), questions: [] }, { ...answers(end), questions: [] }],
    records: 1,
  },
  {
    id: 'AX-8',
    what: 'SERVFAIL in the third message',
    messages: [answers(start), answers(host(1)), { ...answers(end), header: { rcode: 2 } }],
    error: { status: 'failed', code: 'SERVFAIL' },
  },
  {
    id: 'AX-10',
    what: 'one record a message, 50,000 messages',
    messages: [answers(start), ...Array.from({ length: 50_000 }, (_, index) => answers(host(index))), answers(end)],
    records: 50_000,
  },
  {
    id: 'AX-10',
    what: '99 messages without a record in a row, twice',
    messages: [
      answers(start),
      ...Array<MessageParts>(99).fill({}),
      answers(host(1)),
      ...Array<MessageParts>(99).fill({}),
      answers(end),
    ],
    records: 1,
  },
  {
    id: 'AX-10',
    what: '100 messages without a record',
    messages: [answers(start), ...Array<MessageParts>(100).fill({})],
    error: malformed,
  },
  {
    id: 'AX-11',
    what: 'more records than allowed',
    messages: [answers(start, host(1), host(2)), answers(host(3), end)],
    limits: { records: 4 },
    error: limit,
  },
  {
    id: 'AX-11',
    what: 'as many records as allowed',
    messages: [answers(start, host(1), host(2), end)],
    limits: { records: 4 },
    records: 2,
  },
  {
    id: 'AX-11',
    what: 'more octets than allowed',
    messages: [answers(start), answers(host(1))],
    limits: { bytes: octetsOf(answers(start), answers(host(1))) - 1 },
    error: limit,
  },
  {
    id: 'AX-11',
    what: 'as many octets as allowed',
    messages: [answers(start), answers(end)],
    limits: { bytes: octetsOf(answers(start), answers(end)) },
    records: 0,
  },
  { id: 'AX-12', what: 'TC', messages: [{ ...answers(start, end), header: { truncated: true } }], error: malformed },
  {
    id: 'AX-12',
    what: 'AA=0, RA=1 and AD=1',
    messages: [
      { ...answers(start, end), header: { authoritative: false, recursionAvailable: true, authenticData: true } },
    ],
    records: 0,
  },
  { id: 'AX-12', what: 'QR=0', messages: [{ ...answers(start, end), header: { response: false } }], error: malformed },
  {
    id: 'AX-12',
    what: 'another opcode',
    messages: [{ ...answers(start, end), header: { opcode: Opcode.NOTIFY } }],
    error: malformed,
  },
  {
    id: 'AX-15',
    what: 'duplicates',
    messages: [answers(start, ...Array<ResourceRecord>(1_000).fill(host(1)), end)],
    records: 1_000,
  },
  {
    id: 'AX-23',
    what: 'differences as in IXFR: new SOA, old SOA, ...',
    messages: [
      answers(record(zone, soa(3)), record(zone, soa(1)), host(1), record(zone, soa(3)), host(2), record(zone, soa(3))),
    ],
    error: changed,
  },
]

function follow({ messages, limits }: Row) {
  const records: ResourceRecord[] = []
  const taking = recordReader((each) => records.push(each))
  const transfer = new ZoneTransfer(name(zone), { ...DEFAULT_TRANSFER_LIMITS, ...limits }, taking)
  for (const parts of messages) transfer.add(scannedParts(parts))
  return { transfer, records }
}

describe('ZoneTransfer', () => {
  it.each(rows)('$id: $what', (row) => {
    if (row.error !== undefined) {
      expect(() => follow(row)).toThrow(TransferError)
      expect(() => follow(row)).toThrow(expect.objectContaining(row.error))
      return
    }
    const { transfer, records } = follow(row)
    expect(transfer.complete).toBe(row.complete ?? true)
    if (row.records !== undefined) expect(records).toHaveLength(row.records)
  })

  it('hands over what stands between the two SOA records, in order', () => {
    const inner = [
      apexAddress,
      host(2),
      record(`_pstorage._tcp.c1.${zone}`, srv(`h2.${zone}`)),
      record(`sub.${zone}`, soa(9)),
      host(1),
    ]
    const { records } = follow({
      id: '',
      what: '',
      messages: [answers(start, ...inner.slice(0, 2)), answers(...inner.slice(2), end)],
    })
    expect(records).toEqual(inner)
  })
})
