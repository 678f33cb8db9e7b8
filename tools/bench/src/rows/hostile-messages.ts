import { MessageError, readMessage } from '@pstorage/dns-message'
import { inTurns, lineOfBound } from '../compare.js'
import type { Row } from '../row.js'
import { spreadOf } from '../spread.js'

const OCTETS = 65_535
const MILLISECOND = 1e6
const HEADER = 12

/** Messages of 64 KiB that make a careless reader work hard, by name. */
const messages: Readonly<Record<string, () => Buffer>> = {
  'one octet a record': () => recordsOf(Buffer.from([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])),
  'names of pointers to pointers': () => pointersTo((at) => (at === HEADER ? HEADER : at - 2)),
  'names that point to themselves': () => pointersTo((at) => at),
  'names of 127 labels, and pointers to each of them': longNames,
  '65,000 labels without an end': () => message(Buffer.alloc(OCTETS - HEADER, '\x01a', 'latin1'), 1, 0),
  'TXT of 65,000 empty strings': () => {
    const data = Buffer.alloc(OCTETS - HEADER - 11)
    return message(Buffer.concat([fieldsOf(16, data.length), data]), 0, 1)
  },
  'OPT of 16,000 empty options': () => {
    const data = Buffer.alloc(65_520)
    return message(Buffer.concat([fieldsOf(41, data.length), data]), 0, 0, 1)
  },
  zeros: () => Buffer.alloc(OCTETS),
  ones: () => Buffer.alloc(OCTETS, 0xff),
  'counts of 65,535, and nothing': () => message(Buffer.alloc(0), 65_535, 65_535, 65_535),
  noise: noise,
  '1,700 SRV records': () => services(),
}

/** The slowest of them is what counts. */
export const hostileMessages: Row = {
  name: 'message-64k',
  description: 'Read or refuse any DNS message of 64 KiB: the slowest of a dozen, hostile ones and others',
  async measure() {
    let slowest: { readonly name: string; readonly times: readonly number[]; readonly median: number } | undefined
    for (const [name, make] of Object.entries(messages)) {
      const bytes = make()
      const { times } = await inTurns({ times: () => readOrRefuse(bytes) }, { rounds: 15, warmup: 2 })
      const { median } = spreadOf(times)
      if (slowest === undefined || median > slowest.median) slowest = { name, times, median }
    }
    if (slowest === undefined) throw new Error('there is no message')
    const { name, times } = slowest
    return [lineOfBound({ against: '20 ms', ours: times, bound: 20 * MILLISECOND, remark: `slowest: ${name}` })]
  },
}

function readOrRefuse(bytes: Buffer): unknown {
  try {
    return readMessage(bytes)
  } catch (error) {
    if (error instanceof MessageError) return error
    throw error
  }
}

function message(body: Buffer, questions: number, answers: number, additionals = 0): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt16BE(0x8400, 2)
  header.writeUInt16BE(questions, 4)
  header.writeUInt16BE(answers, 6)
  header.writeUInt16BE(additionals, 10)
  return Buffer.concat([header, body]).subarray(0, OCTETS)
}

/** The root as owner, a type, class IN, a TTL of 0 and the length of the RDATA. */
function fieldsOf(type: number, length: number): Buffer {
  const fields = Buffer.alloc(11)
  fields.writeUInt16BE(type, 1)
  fields.writeUInt16BE(1, 3)
  fields.writeUInt16BE(length, 9)
  return fields
}

function recordsOf(record: Buffer): Buffer {
  const count = Math.floor((OCTETS - HEADER) / record.length)
  return message(Buffer.concat(Array<Buffer>(count).fill(record)), 0, count)
}

/** Records of which each owner is one pointer. */
function pointersTo(target: (at: number) => number): Buffer {
  const count = Math.floor((OCTETS - HEADER) / 12)
  const body = Buffer.alloc(count * 12)
  for (let index = 0; index < count; index++) {
    const at = HEADER + index * 12
    body.writeUInt16BE(0xc000 | (target(at) & 0x3fff), index * 12)
    body.writeUInt16BE(1, index * 12 + 4)
  }
  return message(body, 0, count)
}

/** A name of 127 labels, then records that each own a pointer to one of its labels. */
function longNames(): Buffer {
  const name = Buffer.concat([Buffer.alloc(2 * 126, '\x01a', 'latin1'), Buffer.alloc(1)])
  const question = Buffer.concat([name, Buffer.from([0, 255, 0, 1])])
  const count = Math.floor((OCTETS - HEADER - question.length) / 12)
  const body = Buffer.alloc(count * 12)
  for (let index = 0; index < count; index++) {
    body.writeUInt16BE(0xc000 | (HEADER + 2 * (index % 126)), index * 12)
    body.writeUInt16BE(16, index * 12 + 2)
    body.writeUInt16BE(1, index * 12 + 4)
  }
  return message(Buffer.concat([question, body]), 1, count)
}

/** The same each time: a linear congruential generator. */
function noise(): Buffer {
  const bytes = Buffer.alloc(OCTETS)
  let state = 1
  for (let at = 0; at < OCTETS; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return bytes
}

function services(): Buffer {
  const record = Buffer.concat([
    Buffer.from('\x01c\x04test\x00\x00\x21\x00\x01\x00\x00\x01\x2c\x00\x12', 'latin1'),
    Buffer.from('\x00\x00\x00\x0a\x09\xce\x05mds11\x04test\x00', 'latin1'),
  ])
  return recordsOf(record)
}
