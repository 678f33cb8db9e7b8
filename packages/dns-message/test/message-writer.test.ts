import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressData,
  MessageWriter,
  type MessageWriterOptions,
  type Name,
  nameFromText,
  Opcode,
  RecordClass,
  RecordType,
  type ResourceRecord,
  readMessage,
  serviceData,
  textData,
  type WrittenRRset,
  wireName,
} from '../src/index.js'
import { anyName } from './arbitrary-message.js'
import { dotted, label, message, name, pointer, question, record, u16, u32 } from './wire.js'

const wire = (text: string) => wireName(nameFromText(text))
const octets = (bytes: readonly number[]) => Buffer.from(bytes).toString('latin1')
const address: WrittenRRset = { type: RecordType.A, ttl: 300, data: ['\xc0\0\x02\x01'] }
const addressOctets = [192, 0, 2, 1]

const finished = (writer: MessageWriter) =>
  new Uint8Array(writer.finish({ id: 0x1234, response: true, authoritative: true }))

describe('names', () => {
  it('end in a pointer to the longest end that was written before, in questions, owners and RDATA', () => {
    const writer = new MessageWriter()
    writer.addQuestion(wire('a.b.test'), RecordType.NS, RecordClass.IN)
    writer.addRRset('answers', wire('a.b.test'), { type: RecordType.NS, ttl: 300, data: [wire('ns.b.test')] })
    writer.addRRset('answers', wire('ns.b.test'), address)
    writer.addRRset('answers', wire('test'), address)
    writer.addRRset('answers', wire('.'), address)
    const nsAt = 12 + 14 + 12
    expect(finished(writer)).toEqual(
      message({
        questions: [question(dotted('a.b.test'), RecordType.NS)],
        answers: [
          record(pointer(12), RecordType.NS, [...label('ns'), ...pointer(14)]),
          record(pointer(nsAt), RecordType.A, addressOctets),
          record(pointer(16), RecordType.A, addressOctets),
          record([0], RecordType.A, addressOctets),
        ],
      }),
    )
  })

  it('keep their letter case, so they point only to the same spelling', () => {
    const writer = new MessageWriter()
    writer.addRRset('answers', wire('a.Test'), address)
    writer.addRRset('answers', wire('a.test'), address)
    expect(finished(writer)).toEqual(
      message({
        answers: [
          record(dotted('a.Test'), RecordType.A, addressOctets),
          record(dotted('a.test'), RecordType.A, addressOctets),
        ],
      }),
    )
  })

  it('point only where 14 bits reach', () => {
    const writer = new MessageWriter()
    // The owner x begins at 16,383, y at 16,398.
    writer.addRRset('answers', wire('.'), { type: RecordType.NULL, ttl: 0, data: ['\0'.repeat(0x3fff - 12 - 11)] })
    for (const owner of ['x', 'y', 'x', 'y']) {
      writer.addRRset('answers', wire(owner), { type: RecordType.NULL, ttl: 0, data: [''] })
    }
    const [first, second, third, fourth] = [dotted('x'), dotted('y'), pointer(0x3fff), dotted('y')].map((owner) =>
      record(owner, RecordType.NULL, [], { ttl: 0 }),
    )
    expect([...finished(writer).subarray(0x3fff)]).toEqual([first, second, third, fourth].flat())
  })

  const soa = [...label('ns'), ...pointer(12), ...label('host'), ...pointer(12), ...[1, 2, 3, 4, 5].flatMap(u32)]
  const soaPlain = [...dotted('ns.test'), ...dotted('host.test'), ...[1, 2, 3, 4, 5].flatMap(u32)]
  const service = [...u16(1), ...u16(2), ...u16(3)]
  const rows: readonly {
    type: keyof typeof RecordType
    plain: readonly number[]
    compressed: readonly number[]
    unicast: boolean
  }[] = [
    { type: 'NS', plain: dotted('a.test'), compressed: [...label('a'), ...pointer(12)], unicast: true },
    { type: 'CNAME', plain: dotted('a.test'), compressed: [...label('a'), ...pointer(12)], unicast: true },
    { type: 'PTR', plain: dotted('a.test'), compressed: [...label('a'), ...pointer(12)], unicast: true },
    { type: 'SOA', plain: soaPlain, compressed: soa, unicast: true },
    {
      type: 'SRV',
      plain: [...service, ...dotted('a.test')],
      compressed: [...service, ...label('a'), ...pointer(12)],
      unicast: false,
    },
    {
      type: 'NSEC',
      plain: [...dotted('test'), 0, 1, 0x40],
      compressed: [...pointer(12), 0, 1, 0x40],
      unicast: false,
    },
    { type: 'TXT', plain: dotted('a.test'), compressed: dotted('a.test'), unicast: false },
    { type: 'MX', plain: [0, 1, ...dotted('a.test')], compressed: [0, 1, ...dotted('a.test')], unicast: false },
  ]

  const withRecord = (type: number, data: readonly number[], options: MessageWriterOptions) => {
    const writer = new MessageWriter(options)
    writer.addQuestion(wire('test'), type, RecordClass.IN)
    writer.addRRset('answers', wire('test'), { type, ttl: 300, data: [octets(data)] })
    return finished(writer)
  }
  const expectedRecord = (type: number, data: readonly number[]) =>
    message({ questions: [question(dotted('test'), type)], answers: [record(pointer(12), type, data)] })

  it.each(rows)('in the RDATA of $type are compressed in multicast, unicast: $unicast', (row) => {
    const type = RecordType[row.type]
    const { plain, compressed, unicast } = row
    expect(withRecord(type, plain, { compression: 'multicast' })).toEqual(expectedRecord(type, compressed))
    expect(withRecord(type, plain, {})).toEqual(expectedRecord(type, unicast ? compressed : plain))
    expect(withRecord(type, plain, { compression: 'none' })).toEqual(expectedRecord(type, plain))
  })

  it.each([
    { compression: 'unicast' as const, owner: dotted('mds1.test') },
    { compression: 'multicast' as const, owner: pointer(12 + 7 + 10 + 6) },
    { compression: 'none' as const, owner: pointer(12 + 7 + 10 + 6) },
  ])('of owners point into the target of an SRV record: $compression', ({ compression, owner }) => {
    const writer = new MessageWriter({ compression })
    writer.addRRset('answers', wire('x.srv'), {
      type: RecordType.SRV,
      ttl: 300,
      data: [serviceData(1, 2, 3, wire('mds1.test'))],
    })
    writer.addRRset('additionals', wire('mds1.test'), address)
    expect(finished(writer)).toEqual(
      message({
        answers: [record(dotted('x.srv'), RecordType.SRV, [...service, ...dotted('mds1.test')])],
        additionals: [record(owner, RecordType.A, addressOctets)],
      }),
    )
  })

  it('that are uncompressed and repeated are pointed to where they stand first', () => {
    const writer = new MessageWriter({ compression: 'none' })
    writer.addRRset('answers', wire('test'), { type: RecordType.PTR, ttl: 300, data: [wire('a.test')] })
    writer.addRRset('answers', wire('test'), address)
    expect(finished(writer)).toEqual(
      message({
        answers: [
          record(dotted('test'), RecordType.PTR, dotted('a.test')),
          record(pointer(12), RecordType.A, addressOctets),
        ],
      }),
    )
  })
})

describe('limits', () => {
  const texts = (count: number): WrittenRRset => ({
    type: RecordType.TXT,
    ttl: 300,
    data: Array.from({ length: count }, (_, index) => textData([String(index).padStart(100, '0')])),
  })

  it('an RRset is written whole or not at all, and nothing points to what was removed', () => {
    // The header, and two addresses: one of a name of eight octets, one of a pointer.
    const writer = new MessageWriter({ limit: 12 + 8 + 14 + 2 + 14 })
    expect(writer.addRRset('answers', wire('a.test'), address)).toBe(true)
    expect(writer.addRRset('answers', wire('ab.test'), texts(2))).toBe(false)
    expect(writer.addRRset('answers', wire('ab.test'), address)).toBe(false)
    expect(writer.addRRset('additionals', wire('b.test'), address)).toBe(false)
    expect(writer.addRRset('additionals', wire('test'), address)).toBe(true)
    expect(finished(writer)).toEqual(
      message({
        answers: [record(dotted('a.test'), RecordType.A, addressOctets)],
        additionals: [record(pointer(14), RecordType.A, addressOctets)],
      }),
    )
  })

  it('an RRset that fits exactly is written', () => {
    for (const [limit, fits] of [
      [12 + 6 + 14, true],
      [12 + 6 + 13, false],
    ] as const) {
      expect(new MessageWriter({ limit }).addRRset('answers', wire('test'), address)).toBe(fits)
      expect(new MessageWriter().addRRset('answers', wire('test'), address, limit)).toBe(fits)
    }
  })

  it('an end beyond the limit does not extend it', () => {
    expect(new MessageWriter({ limit: 20 }).addRRset('answers', wire('test'), address, 1_000)).toBe(false)
  })

  it('a second question that does not fit is not written', () => {
    const writer = new MessageWriter({ limit: 12 + 6 + 4 + 2 + 4 })
    expect(writer.isEmpty).toBe(true)
    expect(writer.addQuestion(wire('test'), RecordType.A, RecordClass.IN)).toBe(true)
    expect(writer.isEmpty).toBe(false)
    expect(writer.addQuestion(wire('a.test'), RecordType.A, RecordClass.IN)).toBe(false)
    expect(writer.addQuestion(wire('test'), RecordType.AAAA, RecordClass.IN)).toBe(true)
    const questions = [question(dotted('test'), RecordType.A), question(pointer(12), RecordType.AAAA)]
    expect(finished(writer)).toEqual(message({ questions }))
  })

  it('the first question is written, and nothing else, where not even that fits', () => {
    const writer = new MessageWriter({ limit: 12 })
    expect(writer.addQuestion(wire('test'), RecordType.A, RecordClass.IN)).toBe(true)
    expect(writer.addRRset('answers', wire('.'), address)).toBe(false)
    expect(finished(writer)).toEqual(message({ questions: [question(dotted('test'), RecordType.A)] }))
  })

  it('the OPT record has its place whatever else is written', () => {
    const options = [{ code: 10, data: Uint8Array.of(1, 2, 3) }]
    const writer = new MessageWriter({ limit: 12 + 11 + 7 + 20, edns: { udpPayloadSize: 1232, options } })
    expect(writer.addRRset('answers', wire('tests'), address)).toBe(false)
    expect(writer.addRRset('answers', wire('test'), address)).toBe(true)
    expect(finished(writer)).toHaveLength(12 + 11 + 7 + 20)
  })

  it('is 65,535 octets by default, and nothing is lost as the message grows to it', () => {
    const writer = new MessageWriter()
    let written = 0
    while (writer.addRRset('answers', wire('a.test'), { ...texts(1), data: texts(written + 1).data.slice(-1) }))
      written++
    const bytes = finished(writer)
    expect(bytes.length).toBeGreaterThan(65_535 - 114)
    const read = readMessage(bytes).answers.map(
      ({ data }) => data.kind === 'TXT' && Number(String(data.strings[0] && Buffer.from(data.strings[0]))),
    )
    expect(read).toEqual(Array.from({ length: written }, (_, index) => index))
  })
})

describe('removeRecords', () => {
  it('leaves the questions, also to be pointed to', () => {
    const writer = new MessageWriter()
    writer.addQuestion(wire('a.test'), RecordType.A, RecordClass.IN)
    writer.addRRset('answers', wire('b.test'), address)
    writer.addRRset('authorities', wire('b.test'), address)
    writer.addRRset('additionals', wire('b.test'), address)
    writer.removeRecords()
    writer.addRRset('answers', wire('b.test'), address)
    expect(finished(writer)).toEqual(
      message({
        questions: [question(dotted('a.test'), RecordType.A)],
        answers: [record([...label('b'), ...pointer(14)], RecordType.A, addressOctets)],
      }),
    )
  })
})

describe('finish', () => {
  it.each([
    [{ id: 0 }, 0],
    [{ id: 0xabcd }, 0],
    [{ id: 1, response: true }, 0x8000],
    [{ id: 1, opcode: Opcode.NOTIFY }, 0x2000],
    [{ id: 1, authoritative: true }, 0x0400],
    [{ id: 1, truncated: true }, 0x0200],
    [{ id: 1, recursionDesired: true }, 0x0100],
    [{ id: 1, recursionAvailable: true }, 0x0080],
    [{ id: 1, authenticData: true }, 0x0020],
    [{ id: 1, checkingDisabled: true }, 0x0010],
    [{ id: 1, rcode: 5 }, 5],
    [{ id: 1, rcode: 16 }, 0],
  ] as const)('writes the header %j', (header, flags) => {
    expect(new Uint8Array(new MessageWriter().finish(header))).toEqual(message({ id: header.id, flags }))
  })

  it('writes the OPT record last, with the upper bits of the response code', () => {
    const options = [
      { code: 15, data: Uint8Array.of(0, 3) },
      { code: 0xfde9, data: new Uint8Array(0) },
    ]
    const writer = new MessageWriter({ edns: { udpPayloadSize: 4096, dnssecOk: true, options } })
    writer.addRRset('additionals', wire('test'), { ...address, class: RecordClass.ANY })
    const opt = record([0], RecordType.OPT, [0, 15, 0, 2, 0, 3, 0xfd, 0xe9, 0, 0], { class: 4096, ttl: 0x01008000 })
    expect(new Uint8Array(writer.finish({ id: 0x1234, rcode: 0x17 }))).toEqual(
      message({
        flags: 7,
        additionals: [record(dotted('test'), RecordType.A, addressOctets, { class: 255 }), opt],
      }),
    )
  })

  it('writes an OPT record without options', () => {
    const bytes = new MessageWriter({ edns: { udpPayloadSize: 512 } }).finish({ id: 0x1234 })
    const opt = record([0], RecordType.OPT, [], { class: 512, ttl: 0 })
    expect(new Uint8Array(bytes)).toEqual(message({ flags: 0, additionals: [opt] }))
  })
})

describe('what is written is read back', () => {
  const records = fc.array(
    fc.record({
      name: anyName,
      target: anyName,
      kind: fc.constantFrom('PTR' as const, 'SRV' as const, 'A' as const),
      ttl: fc.nat({ max: 0xffffffff }),
    }),
    { maxLength: 12 },
  )
  const compressions = fc.constantFrom('unicast' as const, 'multicast' as const, 'none' as const)

  it('whatever the names', () => {
    fc.assert(
      fc.property(anyName, records, compressions, (asked, list, compression) => {
        const writer = new MessageWriter({ compression })
        writer.addQuestion(wireName(asked), RecordType.PTR, RecordClass.IN)
        for (const one of list) {
          writer.addRRset('answers', wireName(one.name), {
            type: RecordType[one.kind],
            ttl: one.ttl,
            data: [dataOf(one)],
          })
        }
        const { questions, answers } = readMessage(writer.finish({ id: 1 }))
        expect(questions).toEqual([{ name: asked, type: RecordType.PTR, class: RecordClass.IN }])
        expect(answers).toEqual(list.map(readBack))
      }),
    )
  })

  interface One {
    readonly name: Name
    readonly target: Name
    readonly kind: 'PTR' | 'SRV' | 'A'
    readonly ttl: number
  }

  function dataOf({ kind, target }: One): string {
    if (kind === 'A') {
      return addressData('192.0.2.1')?.data ?? ''
    }
    return kind === 'PTR' ? wireName(target) : serviceData(1, 2, 2510, wireName(target))
  }

  function readBack({ name: owner, kind, target, ttl }: One): ResourceRecord {
    const common = { name: owner, type: RecordType[kind], class: RecordClass.IN, ttl }
    if (kind === 'A') {
      return { ...common, data: { kind, address: '192.0.2.1' } }
    }
    const data = kind === 'PTR' ? { kind, target } : { kind, priority: 1, weight: 2, port: 2510, target }
    return { ...common, data }
  }
})

it('names of all octets are written as they are', () => {
  const writer = new MessageWriter()
  const labels = ['a.b\0', '\xff\xc0']
  writer.addQuestion(wireName(labels), RecordType.A, RecordClass.IN)
  expect(finished(writer)).toEqual(message({ questions: [question(name(...labels), RecordType.A)] }))
})
