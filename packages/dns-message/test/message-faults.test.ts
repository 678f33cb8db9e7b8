import { describe, it } from 'vitest'
import { RecordType } from '../src/index.js'
import { type Accepted, expectAccepted, expectRefused, type Refused } from './fault-row.js'
import { dotted, FIRST, label, message, type Octets, pointer, question, record, text, u32 } from './wire.js'

const owner = dotted('x.test')
const a = record(owner, RecordType.A, [10, 0, 0, 1])
const ownQuestion = question(owner, RecordType.A)
const soa = [...dotted('ns.test'), ...dotted('root.test'), ...[1, 2, 3, 4, 5].flatMap(u32)]

/** A message whose only answer has this RDATA, with an RDLENGTH of its own where it is given. */
const answered = (type: number, data: Octets, length = data.length): Uint8Array =>
  message({ answers: [record(owner, type, data, { length })] })

/** The offset of RDATA in such a message. */
const RDATA = FIRST + owner.length + 10

const refused: readonly Refused[] = [
  {
    id: 'DNS-6',
    fault: 'no octets',
    bytes: Uint8Array.of(),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: 0,
    where: 'header',
  },
  {
    id: 'DNS-6',
    fault: '11 octets',
    bytes: new Uint8Array(11),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: 11,
    where: 'header',
  },
  {
    id: 'DNS-16',
    fault: 'two OPT records',
    bytes: message({ additionals: [record([0], 41, []), record([0], 41, [])] }),
    code: 'ERR_MESSAGE_OPT',
    offset: 23,
    where: 'additional 2, RDATA of OPT',
  },
  {
    id: 'DNS-16',
    fault: 'OPT among the answers',
    bytes: message({ answers: [record([0], 41, [])] }),
    code: 'ERR_MESSAGE_OPT',
  },
  {
    id: 'DNS-16',
    fault: 'OPT among the authorities',
    bytes: message({ authorities: [record([0], 41, [])] }),
    code: 'ERR_MESSAGE_OPT',
  },
  {
    id: 'DNS-16',
    fault: 'OPT with an owner',
    bytes: message({ additionals: [record(owner, 41, [])] }),
    code: 'ERR_MESSAGE_OPT',
  },
  {
    id: 'DNS-16',
    fault: 'an EDNS option past the RDATA',
    bytes: message({ additionals: [record([0], 41, [0, 10, 0, 9, 1])] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: 23,
  },
  {
    id: 'DNS-16',
    fault: 'the header of an EDNS option without its octet',
    bytes: message({ additionals: [record([0], 41, [0, 10, 0, 1])] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: 23,
  },
  {
    id: 'DNS-16',
    fault: 'half an EDNS option',
    bytes: message({ additionals: [record([0], 41, [0, 10, 0])] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: 23,
  },
  {
    id: 'DNS-27',
    fault: '65,536 octets',
    bytes: new Uint8Array(65_536),
    code: 'ERR_MESSAGE_LIMIT',
    offset: 65_535,
    where: 'header',
  },
  {
    id: 'DNS-28',
    fault: '65,535 answers counted, one there',
    bytes: message({ answers: [a], counts: [0, 65_535, 0, 0] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: FIRST + a.length,
    where: 'answer 2, owner',
  },
  {
    id: 'DNS-28',
    fault: '65,535 in every count, nothing there',
    bytes: message({ counts: [65_535, 65_535, 65_535, 65_535] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: FIRST,
    where: 'question 1, name',
  },
  {
    id: 'DNS-28',
    fault: 'an authority counted, none there',
    bytes: message({ questions: [ownQuestion], counts: [1, 0, 1, 0] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    where: 'authority 1, owner',
  },
  {
    id: 'DNS-28',
    fault: 'a record more than is counted',
    bytes: message({ answers: [a, a], counts: [0, 1, 0, 0] }),
    code: 'ERR_MESSAGE_TRAILING',
    offset: FIRST + a.length,
    where: 'after the last record',
  },
  {
    id: 'DNS-28',
    fault: 'one octet after the last record',
    bytes: message({ questions: [ownQuestion], tail: [0] }),
    code: 'ERR_MESSAGE_TRAILING',
  },
  {
    id: 'DNS-28',
    fault: 'a question without its class',
    bytes: message({ counts: [1, 0, 0, 0], tail: [...owner, 0, 1] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    where: 'question 1',
  },
  {
    id: 'DNS-28',
    fault: 'a record that ends before RDLENGTH',
    bytes: message({ counts: [0, 1, 0, 0], tail: a.slice(0, -6) }),
    code: 'ERR_MESSAGE_TRUNCATED',
    where: 'answer 1',
  },
  {
    id: 'DNS-29',
    fault: 'RDLENGTH past the end',
    bytes: answered(RecordType.A, [10, 0, 0, 1], 5),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: RDATA,
    where: 'answer 1, RDATA of A',
  },
  {
    id: 'DNS-29',
    fault: 'RDLENGTH 65,535',
    bytes: answered(65280, [], 65_535),
    code: 'ERR_MESSAGE_TRUNCATED',
    where: 'answer 1, RDATA of TYPE65280',
  },
  {
    id: 'DNS-29',
    fault: 'A of no octets',
    bytes: answered(RecordType.A, []),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA,
  },
  { id: 'DNS-29', fault: 'A of 3 octets', bytes: answered(RecordType.A, [1, 2, 3]), code: 'ERR_MESSAGE_RDATA' },
  { id: 'DNS-29', fault: 'A of 5 octets', bytes: answered(RecordType.A, [1, 2, 3, 4, 5]), code: 'ERR_MESSAGE_RDATA' },
  {
    id: 'DNS-29',
    fault: 'AAAA of 4 octets',
    bytes: answered(RecordType.AAAA, [1, 2, 3, 4]),
    code: 'ERR_MESSAGE_RDATA',
  },
  {
    id: 'DNS-29',
    fault: 'AAAA of 17 octets',
    bytes: answered(RecordType.AAAA, Array(17).fill(1)),
    code: 'ERR_MESSAGE_RDATA',
  },
  { id: 'DNS-29', fault: 'NS of no octets', bytes: answered(RecordType.NS, []), code: 'ERR_MESSAGE_RDATA' },
  {
    id: 'DNS-29',
    fault: 'PTR with octets after the name',
    bytes: answered(RecordType.PTR, [...owner, 0]),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA + owner.length,
    where: 'answer 1, RDATA of PTR',
  },
  {
    id: 'DNS-29',
    fault: 'CNAME whose name runs into the next record',
    bytes: message({ answers: [record(owner, RecordType.CNAME, label('target')), a] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA,
  },
  {
    id: 'DNS-29',
    fault: 'CNAME whose pointer is half in the next record',
    bytes: message({ answers: [record(owner, RecordType.CNAME, [...label('a'), 0xc0]), a] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA + 2,
  },
  {
    id: 'DNS-29',
    fault: 'CNAME whose label is half in the next record',
    bytes: message({ answers: [record(owner, RecordType.CNAME, [6, ...text('tar')]), a] }),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA,
  },
  {
    id: 'DNS-29',
    fault: 'SRV of 6 octets',
    bytes: answered(RecordType.SRV, [0, 0, 0, 0, 0, 0]),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA,
    where: 'answer 1, RDATA of SRV',
  },
  { id: 'DNS-29', fault: 'SRV of no octets', bytes: answered(RecordType.SRV, []), code: 'ERR_MESSAGE_RDATA' },
  {
    id: 'DNS-29',
    fault: 'SRV with octets after the target',
    bytes: answered(RecordType.SRV, [0, 0, 0, 0, 0, 0, ...owner, 1]),
    code: 'ERR_MESSAGE_RDATA',
  },
  {
    id: 'DNS-29',
    fault: 'SRV whose target does not end',
    bytes: answered(RecordType.SRV, [0, 0, 0, 0, 0, 0, ...label('mds')]),
    code: 'ERR_MESSAGE_RDATA',
  },
  {
    id: 'DNS-29',
    fault: 'SOA an octet short',
    bytes: answered(RecordType.SOA, soa.slice(0, -1)),
    code: 'ERR_MESSAGE_RDATA',
  },
  { id: 'DNS-29', fault: 'SOA an octet long', bytes: answered(RecordType.SOA, [...soa, 0]), code: 'ERR_MESSAGE_RDATA' },
  {
    id: 'DNS-29',
    fault: 'SOA of one name',
    bytes: answered(RecordType.SOA, dotted('ns.test')),
    code: 'ERR_MESSAGE_RDATA',
  },
  {
    id: 'DNS-29',
    fault: 'TXT whose string is longer than the RDATA',
    bytes: answered(RecordType.TXT, [...label('ok'), 5, ...text('four')]),
    code: 'ERR_MESSAGE_RDATA',
    offset: RDATA + 3,
    where: 'answer 1, RDATA of TXT',
  },
  {
    id: 'DNS-29',
    fault: 'TXT whose string runs into the next record',
    bytes: message({ answers: [record(owner, RecordType.TXT, [200]), a, a, a, a, a, a, a, a, a] }),
    code: 'ERR_MESSAGE_RDATA',
  },
]

describe('a message is refused', () => {
  it.each(refused)('$id $fault', expectRefused)
})

const accepted: readonly Accepted[] = [
  {
    id: 'DNS-27',
    what: 'a message of 65,535 octets',
    bytes: filled(65_535),
    part: ({ answers }) => answers.length,
    expected: 1,
  },
  {
    id: 'DNS-27',
    what: 'a message above 1,232 octets',
    bytes: filled(4_096),
    part: ({ answers }) => answers.length,
    expected: 1,
  },
  {
    id: 'DNS-28',
    what: 'a header alone',
    bytes: message({}),
    part: ({ questions, answers }) => [questions, answers],
    expected: [[], []],
  },
  {
    id: 'DNS-33',
    what: 'a compressed SRV target',
    bytes: message({
      questions: [ownQuestion],
      answers: [record(pointer(FIRST), RecordType.SRV, [0, 0, 0, 0, 9, 0xce, ...label('mds1'), ...pointer(FIRST + 2)])],
    }),
    part: ({ answers }) => answers[0]?.data,
    expected: { kind: 'SRV', priority: 0, weight: 0, port: 2510, target: ['mds1', 'test'] },
  },
  {
    id: 'DNS-34',
    what: '4,000 records',
    bytes: message({
      questions: [ownQuestion],
      answers: Array.from({ length: 4_000 }, (_, i) => record(pointer(FIRST), 1, [10, 0, i >> 8, i & 0xff])),
    }),
    part: ({ answers }) => answers.at(-1)?.data,
    expected: { kind: 'A', address: '10.0.15.159' },
  },
  {
    id: 'DNS-35',
    what: 'DNSSEC records and unknown types beside what was asked',
    bytes: message({
      answers: [
        record(owner, RecordType.RRSIG, [0, 1, 8, 2]),
        a,
        record(owner, RecordType.NSEC, [0, 0, 1, 0x40]),
        record(owner, 65280, []),
      ],
    }),
    part: ({ answers }) => answers.map((answer) => answer.data.kind),
    expected: ['opaque', 'A', 'opaque', 'opaque'],
  },
]

describe('a message is read', () => {
  it.each(accepted)('$id $what', expectAccepted)
})

/** A message of exactly this size, with one opaque answer. */
function filled(size: number): Uint8Array {
  const data = size - FIRST - owner.length - 10
  return message({ answers: [record(owner, 65280, Array(data).fill(0), { length: data })] })
}
