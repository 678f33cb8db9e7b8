import { describe, expect, it } from 'vitest'
import { type Message, type MessageErrorCode, nameToText, RecordType, readMessage } from '../src/index.js'
import { messageErrorOf } from './caught.js'
import { dotted, FIRST, label, message, name, type Octets, pointer, question, record, text, u16, u32 } from './wire.js'

interface Refused {
  readonly id: string
  readonly fault: string
  readonly bytes: Uint8Array
  readonly code: MessageErrorCode
  readonly offset?: number
  readonly where?: string
}

const owner = dotted('x.test')
const a = record(owner, RecordType.A, [10, 0, 0, 1])
const asked = question(owner, RecordType.A)
const soa = [...dotted('ns.test'), ...dotted('root.test'), ...[1, 2, 3, 4, 5].flatMap(u32)]

/** A message whose only question has this name, which begins at octet 12. */
const named = (octets: Octets): Uint8Array => message({ questions: [question(octets, 1)] })

/** A message whose only answer has this RDATA, with an RDLENGTH of its own where it is given. */
const answered = (type: number, data: Octets, length = data.length): Uint8Array =>
  message({ answers: [record(owner, type, data, { length })] })

/** Where RDATA begins in such a message. */
const RDATA = FIRST + owner.length + 10

const label63 = 'x'.repeat(63)

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
    bytes: message({ questions: [asked], counts: [1, 0, 1, 0] }),
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
    bytes: message({ questions: [asked], tail: [0] }),
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

  {
    id: 'DNS-30',
    fault: 'a pointer to itself',
    bytes: named(pointer(FIRST)),
    code: 'ERR_MESSAGE_POINTER',
    offset: FIRST,
    where: 'question 1, name',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the labels that it ends',
    bytes: named([...label('a'), ...pointer(FIRST)]),
    code: 'ERR_MESSAGE_POINTER',
    offset: FIRST + 2,
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the second label before it',
    bytes: named([...label('a'), ...label('b'), ...pointer(FIRST + 2)]),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'two pointers to each other',
    bytes: message({ questions: [question(pointer(FIRST + 6), 1), question(pointer(FIRST), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
    offset: FIRST,
  },
  {
    id: 'DNS-30',
    fault: 'a pointer forward',
    bytes: message({ questions: [question(pointer(FIRST + 6), 1), question(owner, 1)] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  { id: 'DNS-30', fault: 'a pointer into the header', bytes: named(pointer(4)), code: 'ERR_MESSAGE_POINTER' },
  { id: 'DNS-30', fault: 'a pointer to the first octet', bytes: named(pointer(0)), code: 'ERR_MESSAGE_POINTER' },
  {
    id: 'DNS-30',
    fault: 'a pointer to the last octet of the header',
    bytes: named(pointer(11)),
    code: 'ERR_MESSAGE_POINTER',
  },
  { id: 'DNS-30', fault: 'a pointer past the end', bytes: named(pointer(0x3fff)), code: 'ERR_MESSAGE_POINTER' },
  {
    id: 'DNS-30',
    fault: 'a pointer into the middle of a label',
    bytes: message({ questions: [asked, question(pointer(FIRST + 3), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
    where: 'question 2, name',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the type of a question',
    bytes: message({ questions: [asked, question(pointer(FIRST + owner.length), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the second octet of a pointer',
    bytes: message({ questions: [asked, question(pointer(FIRST), 1), question(pointer(FIRST + asked.length + 1), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to a TTL',
    bytes: message({
      answers: [record(owner, 1, [1, 2, 3, 4], { ttl: 0 }), record(pointer(RDATA - 6), 1, [1, 2, 3, 4])],
    }),
    code: 'ERR_MESSAGE_POINTER',
    where: 'answer 2, owner',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer into an address',
    bytes: message({ answers: [record(owner, 1, [0, 0, 0, 0]), record(pointer(RDATA), 1, [1, 2, 3, 4])] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer into a character-string',
    bytes: message({ answers: [record(owner, 16, label('\x01a\0')), record(pointer(RDATA + 1), 1, [1, 2, 3, 4])] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the port of an SRV',
    bytes: message({
      answers: [record(owner, 33, [0, 0, 0, 0, 0, 0, ...owner]), record(pointer(RDATA + 4), 1, [1, 2, 3, 4])],
    }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer into an EDNS option',
    bytes: message({ additionals: [record([0], 41, [0, 10, 0, 1, 0]), record(pointer(27), 1, [1, 2, 3, 4])] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to opaque RDATA that is no name',
    bytes: message({ answers: [record(owner, 15, [0, 10, 9, 9]), record(pointer(RDATA + 2), 1, [1, 2, 3, 4])] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to opaque RDATA that the name runs out of',
    bytes: message({
      answers: [record(owner, 15, [0, 10, ...label('mail')]), record(pointer(RDATA + 2), 1, [1, 2, 3, 4])],
    }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a loop through opaque RDATA',
    bytes: message({
      answers: [record(owner, 15, [...label('a'), ...pointer(RDATA)]), record(pointer(RDATA), 1, [1, 2, 3, 4])],
    }),
    code: 'ERR_MESSAGE_POINTER',
    offset: RDATA + 2,
  },
  {
    id: 'DNS-30',
    fault: 'a pointer forward in opaque RDATA',
    bytes: message({
      answers: [record(owner, 15, [...pointer(RDATA + 2), ...owner]), record(pointer(RDATA), 1, [1, 2, 3, 4])],
    }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'half a pointer at the end',
    bytes: message({ counts: [1, 0, 0, 0], tail: [0xc0] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: FIRST,
  },
  { id: 'DNS-30', fault: '8,000 hops', bytes: chain(2_700), code: 'ERR_MESSAGE_LIMIT', where: 'question 128, name' },

  {
    id: 'DNS-31',
    fault: 'label bits 01',
    bytes: named([0x41, ...text('x'.repeat(65)), 0]),
    code: 'ERR_MESSAGE_NAME',
    offset: FIRST,
  },
  {
    id: 'DNS-31',
    fault: 'label bits 10',
    bytes: named([...label('a'), 0x80, 0]),
    code: 'ERR_MESSAGE_NAME',
    offset: FIRST + 2,
  },
  {
    id: 'DNS-31',
    fault: 'a label of 64 octets',
    bytes: named([64, ...text('x'.repeat(64)), 0]),
    code: 'ERR_MESSAGE_NAME',
  },
  {
    id: 'DNS-31',
    fault: 'a name of 256 octets',
    bytes: named(name(label63, label63, label63, 'x'.repeat(62))),
    code: 'ERR_MESSAGE_NAME',
    offset: FIRST + 192,
  },
  {
    id: 'DNS-31',
    fault: 'a name of 128 labels',
    bytes: named(name(...Array(128).fill('a'))),
    code: 'ERR_MESSAGE_NAME',
  },
  {
    id: 'DNS-31',
    fault: 'a name of 256 octets by a pointer',
    bytes: message({
      questions: [
        question(name(label63, label63, label63, 'x'.repeat(59)), 1),
        question([...label('ab'), ...pointer(FIRST)], 1),
      ],
    }),
    code: 'ERR_MESSAGE_NAME',
    where: 'question 2, name',
  },
  {
    id: 'DNS-31',
    fault: 'a name without an end',
    bytes: message({ counts: [1, 0, 0, 0], tail: label('abc') }),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: FIRST,
  },
  {
    id: 'DNS-31',
    fault: 'a label longer than the message',
    bytes: message({ counts: [1, 0, 0, 0], tail: [9, 1] }),
    code: 'ERR_MESSAGE_TRUNCATED',
    offset: FIRST,
  },
]

describe('a message is refused', () => {
  it.each(refused)('$id $fault', ({ bytes, code, offset, where }) => {
    const error = messageErrorOf(() => readMessage(bytes))
    expect(error).toMatchObject({
      name: 'MessageError',
      code,
      ...(offset === undefined ? {} : { offset }),
      ...(where === undefined ? {} : { where }),
    })
    expect(error.message).toContain(` at octet ${error.offset} (${error.where})`)
  })
})

interface Accepted {
  readonly id: string
  readonly what: string
  readonly bytes: Uint8Array
  readonly expected: (message: Message) => unknown
  readonly toBe: unknown
}

const accepted: readonly Accepted[] = [
  {
    id: 'DNS-27',
    what: 'a message of 65,535 octets',
    bytes: filled(65_535),
    expected: ({ answers }) => answers.length,
    toBe: 1,
  },
  {
    id: 'DNS-27',
    what: 'a message above 1,232 octets',
    bytes: filled(4_096),
    expected: ({ answers }) => answers.length,
    toBe: 1,
  },
  {
    id: 'DNS-28',
    what: 'a header alone',
    bytes: message({}),
    expected: ({ questions, answers }) => [questions, answers],
    toBe: [[], []],
  },
  { id: 'DNS-30', what: '126 hops', bytes: chain(127), expected: ({ questions }) => questions[126]?.name, toBe: ['a'] },
  {
    id: 'DNS-31',
    what: 'a name of 255 octets',
    bytes: named(name(label63, label63, label63, 'x'.repeat(61))),
    expected: ({ questions }) => questions[0]?.name.length,
    toBe: 4,
  },
  {
    id: 'DNS-31',
    what: 'a name of 255 octets by a pointer',
    bytes: message({
      questions: [
        question(name(label63, label63, label63, 'x'.repeat(59)), 1),
        question([...label('a'), ...pointer(FIRST)], 1),
      ],
    }),
    expected: ({ questions }) => questions[1]?.name[0],
    toBe: 'a',
  },
  {
    id: 'DNS-32',
    what: 'labels that hold a dot, NUL, CR LF, ESC, 0x80 to 0xFF and a space',
    bytes: named(name('a.b', '\0', '\r\n', '\x1b[2J', '\x80\xff', ' ')),
    expected: ({ questions }) => nameToText(questions[0]?.name ?? []),
    toBe: 'a\\.b.\\000.\\013\\010.\\027[2J.\\128\\255.\\032',
  },
  {
    id: 'DNS-33',
    what: 'a compressed SRV target',
    bytes: message({
      questions: [asked],
      answers: [record(pointer(FIRST), RecordType.SRV, [0, 0, 0, 0, 9, 0xce, ...label('mds1'), ...pointer(FIRST + 2)])],
    }),
    expected: ({ answers }) => answers[0]?.data,
    toBe: { kind: 'SRV', priority: 0, weight: 0, port: 2510, target: ['mds1', 'test'] },
  },
  {
    id: 'DNS-34',
    what: '4,000 records',
    bytes: message({
      questions: [asked],
      answers: Array.from({ length: 4_000 }, (_, i) => record(pointer(FIRST), 1, [10, 0, i >> 8, i & 0xff])),
    }),
    expected: ({ answers }) => answers.at(-1)?.data,
    toBe: { kind: 'A', address: '10.0.15.159' },
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
    expected: ({ answers }) => answers.map((answer) => answer.data.kind),
    toBe: ['opaque', 'A', 'opaque', 'opaque'],
  },
]

describe('a message is read', () => {
  it.each(accepted)('$id $what', ({ bytes, expected, toBe }) => {
    expect(expected(readMessage(bytes))).toEqual(toBe)
  })
})

/** Names that each point to the one before; the first is `a`. */
function chain(count: number): Uint8Array {
  const questions = [question(name('a'), 1)]
  let previous = FIRST
  let at = FIRST + 7
  for (let i = 1; i < count; i++) {
    questions.push(question(pointer(previous), 1))
    previous = at
    at += 6
  }
  return message({ questions })
}

/** A message of exactly this size, with one opaque answer. */
function filled(size: number): Uint8Array {
  const data = size - FIRST - owner.length - 10
  return message({ answers: [record(owner, 65280, Array(data).fill(0), { length: data })], tail: u16(0).slice(2) })
}
