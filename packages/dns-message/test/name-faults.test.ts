import { describe, it } from 'vitest'
import { nameToText, RecordType } from '../src/index.js'
import { type Accepted, expectAccepted, expectRefused, type Refused } from './fault-row.js'
import { dotted, FIRST, label, message, name, type Octets, pointer, question, record, text } from './wire.js'

const owner = dotted('x.test')
const ownQuestion = question(owner, RecordType.A)

/** A message whose only question has this name, which begins at octet 12. */
const named = (octets: Octets): Uint8Array => message({ questions: [question(octets, 1)] })

/** The offset of the RDATA of a first answer with that owner. */
const RDATA = FIRST + owner.length + 10

const label63 = 'x'.repeat(63)

const refused: readonly Refused[] = [
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
  {
    id: 'DNS-30',
    fault: 'a pointer into a header that looks like labels',
    bytes: message({ id: 0x0100, questions: [question(pointer(2), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
    offset: FIRST,
  },
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
    bytes: message({ questions: [ownQuestion, question(pointer(FIRST + 3), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
    where: 'question 2, name',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the type of a question',
    bytes: message({ questions: [ownQuestion, question(pointer(FIRST + owner.length), 1)] }),
    code: 'ERR_MESSAGE_POINTER',
  },
  {
    id: 'DNS-30',
    fault: 'a pointer to the second octet of a pointer',
    bytes: message({
      questions: [ownQuestion, question(pointer(FIRST), 1), question(pointer(FIRST + ownQuestion.length + 1), 1)],
    }),
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
    fault: 'a name of 256 octets by a pointer into opaque RDATA',
    bytes: intoOpaque(name(label63, label63, label63), 'x'.repeat(62)),
    code: 'ERR_MESSAGE_NAME',
    where: 'answer 2, owner',
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

describe('a name is refused', () => {
  it.each(refused)('$id $fault', expectRefused)
})

const accepted: readonly Accepted[] = [
  { id: 'DNS-30', what: '126 hops', bytes: chain(127), part: ({ questions }) => questions[126]?.name, expected: ['a'] },
  {
    id: 'DNS-31',
    what: 'a name of 255 octets',
    bytes: named(name(label63, label63, label63, 'x'.repeat(61))),
    part: ({ questions }) => questions[0]?.name.length,
    expected: 4,
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
    part: ({ questions }) => questions[1]?.name[0],
    expected: 'a',
  },
  {
    id: 'DNS-31',
    what: 'a name of 255 octets by a pointer into opaque RDATA',
    bytes: intoOpaque(name(label63, label63, label63), 'x'.repeat(61)),
    part: ({ answers }) => answers[1]?.name.length,
    expected: 4,
  },
  {
    id: 'DNS-31',
    what: 'a name of 255 octets by a pointer into a name in opaque RDATA that was pointed to before',
    bytes: message({
      answers: [
        record(owner, 65_280, name(label63, label63, label63)),
        record(pointer(RDATA), 1, [1, 2, 3, 4]),
        record([...label('x'.repeat(62)), ...label('x'.repeat(62)), ...pointer(RDATA + 64)], 1, [1, 2, 3, 4]),
      ],
    }),
    part: ({ answers }) => answers[2]?.name.length,
    expected: 4,
  },
  {
    id: 'DNS-30',
    what: 'one hop into opaque RDATA, wherever that ends',
    bytes: message({
      answers: [
        record(owner, 65_280, [...name('a'), ...Array<number>(130 - RDATA - 3).fill(0)]),
        record(pointer(RDATA), 1, [1, 2, 3, 4]),
      ],
    }),
    part: ({ answers }) => answers[1]?.name,
    expected: ['a'],
  },
  {
    id: 'DNS-32',
    what: 'labels that hold a dot, NUL, CR LF, ESC, 0x80 to 0xFF and a space',
    bytes: named(name('a.b', '\0', '\r\n', '\x1b[2J', '\x80\xff', ' ')),
    part: ({ questions }) => nameToText(questions[0]?.name ?? []),
    expected: 'a\\.b.\\000.\\013\\010.\\027[2J.\\128\\255.\\032',
  },
]

describe('a name is read', () => {
  it.each(accepted)('$id $what', expectAccepted)
})

/** An owner of one label and a pointer to what is in RDATA that is not read. */
function intoOpaque(data: Octets, first: string): Uint8Array {
  const pointing = record([...label(first), ...pointer(RDATA)], 1, [1, 2, 3, 4])
  return message({ answers: [record(owner, 65_280, data), pointing] })
}

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
