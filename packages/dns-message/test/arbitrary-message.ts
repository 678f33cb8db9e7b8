import fc from 'fast-check'
import type { Message, MessageHeader, Name, Question, RecordData, ResourceRecord } from '../src/index.js'

/** The content of a message, independent of its encoding. */
export type MessageModel = Omit<Message, 'lastRecordOffset'>

const octet = fc.integer({ min: 0, max: 0xff })
const bits16 = fc.integer({ min: 0, max: 0xffff })
const bits32 = fc.nat({ max: 0xffffffff })
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })

/** Labels of any octets, mostly few of them so that names share ends. */
const anyLabel: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'test', '_tcp', 'Test', 'a.b', '\xff', 'x'.repeat(63)) },
  {
    weight: 1,
    arbitrary: fc.array(octet, { minLength: 1, maxLength: 63 }).map((codes) => String.fromCharCode(...codes)),
  },
)

const nameOf = (label: fc.Arbitrary<string>): fc.Arbitrary<Name> =>
  fc.array(label, { maxLength: 8 }).filter((labels) => labels.reduce((sum, part) => sum + part.length + 1, 1) <= 255)

export const anyName: fc.Arbitrary<Name> = nameOf(anyLabel)

const header: fc.Arbitrary<MessageHeader> = fc.record({
  id: bits16,
  response: fc.boolean(),
  opcode: fc.integer({ min: 0, max: 15 }),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  authenticData: fc.boolean(),
  checkingDisabled: fc.boolean(),
  rcode: fc.integer({ min: 0, max: 15 }),
})

/** Record types by the kind of their data; the opaque ones are a few of many. */
const typesOfKind: Readonly<Record<RecordData['kind'], readonly number[]>> = {
  A: [1],
  AAAA: [28],
  NS: [2],
  CNAME: [5],
  PTR: [12],
  SOA: [6],
  TXT: [16],
  SRV: [33],
  OPT: [41],
  opaque: [0, 10, 15, 46, 47, 250, 65280],
}

/** An IPv6 address of eight groups none of which is zero, so that its text is its groups. */
const ipv6: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

const dataOf = (name: fc.Arbitrary<Name>): fc.Arbitrary<RecordData> =>
  fc.oneof(
    fc.record({ kind: fc.constant('A' as const), address: fc.ipV4() }),
    fc.record({ kind: fc.constant('AAAA' as const), address: ipv6 }),
    fc.record({ kind: fc.constantFrom('NS' as const, 'CNAME' as const, 'PTR' as const), target: name }),
    fc.record({
      kind: fc.constant('SOA' as const),
      mname: name,
      rname: name,
      serial: bits32,
      refresh: bits32,
      retry: bits32,
      expire: bits32,
      minimum: bits32,
    }),
    fc.record({ kind: fc.constant('TXT' as const), strings: fc.array(bytes(40), { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('SRV' as const), priority: bits16, weight: bits16, port: bits16, target: name }),
    fc.record({ kind: fc.constant('opaque' as const), bytes: bytes(40) }),
  )

const recordOf = (name: fc.Arbitrary<Name>): fc.Arbitrary<ResourceRecord> =>
  dataOf(name).chain((data) =>
    fc.record({
      name,
      type: fc.constantFrom(...typesOfKind[data.kind]),
      class: fc.constantFrom(1, 0x8001),
      ttl: bits32,
      data: fc.constant(data),
    }),
  )

const opt: fc.Arbitrary<ResourceRecord> = fc.record({
  name: fc.constant<Name>([]),
  type: fc.constant(41),
  class: bits16,
  ttl: bits32,
  data: fc.record({
    kind: fc.constant('OPT' as const),
    options: fc.array(fc.record({ code: bits16, data: bytes(20) }), { maxLength: 4 }),
  }),
})

const question: fc.Arbitrary<Question> = fc.record({ name: anyName, type: bits16, class: bits16 })
const records: fc.Arbitrary<ResourceRecord[]> = fc.array(recordOf(anyName), { maxLength: 6 })

/** Any message, with everything that one can have. */
export const anyMessage: fc.Arbitrary<MessageModel> = fc
  .record({
    header,
    questions: fc.array(question, { maxLength: 3 }),
    answers: records,
    authorities: records,
    additionals: records,
    opt: fc.option(opt),
  })
  .map(({ opt, ...message }) => ({ ...message, additionals: [...message.additionals, ...(opt === null ? [] : [opt])] }))
