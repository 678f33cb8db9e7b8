import { labelFromUtf8, nameToText, RecordClass, RecordType, readMessage } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { addressQuestions, BROWSE_QUESTION, textQuestion } from '../../src/records/multicast-question.js'
import { writeMulticastQueries } from '../../src/records/write-messages.js'

describe('writeMulticastQueries', () => {
  it('MD-21 writes the question for the instances as RFC 6762 section 18 has it', () => {
    const [bytes, ...others] = writeMulticastQueries([BROWSE_QUESTION])
    expect(others).toEqual([])
    const { header, questions, answers } = readMessage(bytes ?? Buffer.alloc(0))
    expect(header).toMatchObject({ id: 0, response: false, opcode: 0, rcode: 0, recursionDesired: false })
    expect(header).toMatchObject({ truncated: false, authoritative: false, authenticData: false })
    // Class IN without the top bit: a multicast answer is wanted (QM).
    expect(questions).toEqual([{ name: ['_pstorage', '_tcp', 'local'], type: RecordType.PTR, class: RecordClass.IN }])
    expect(answers).toEqual([])
  })

  it('MD-25 asks about an instance with a dot, a blank and UTF-8 in its name', () => {
    const label = labelFromUtf8('Größe. 7. Stock')
    const [bytes] = writeMulticastQueries([textQuestion(label)])
    const { questions } = readMessage(bytes ?? Buffer.alloc(0))
    expect(questions.map(({ name }) => name)).toEqual([[label, '_pstorage', '_tcp', 'local']])
  })

  it('MD-20 lists the instances that are known', () => {
    const known = [
      { label: 'mds1', ttl: 4_000 },
      { label: 'a.b', ttl: 60 },
    ]
    const [bytes] = writeMulticastQueries([BROWSE_QUESTION], known)
    const { answers } = readMessage(bytes ?? Buffer.alloc(0))
    expect(answers.map(({ name, type, class: own, ttl, data }) => [nameToText(name), type, own, ttl, data])).toEqual(
      known.map(({ label, ttl }) => {
        const target = [label, '_pstorage', '_tcp', 'local']
        return ['_pstorage._tcp.local', RecordType.PTR, RecordClass.IN, ttl, { kind: 'PTR', target }]
      }),
    )
  })

  it('MD-19 spreads known instances over messages, all but the last with TC, only the first with the question', () => {
    const known = Array.from({ length: 300 }, (_, index) => ({ label: `mds${index} of my-cluster`, ttl: 4_000 }))
    const messages = writeMulticastQueries([BROWSE_QUESTION], known)
    expect(messages.length).toBeGreaterThan(2)
    for (const bytes of messages) expect(bytes.length).toBeLessThanOrEqual(1_400)
    const read = messages.map((bytes) => readMessage(bytes))
    expect(read.map(({ questions }) => questions.length)).toEqual([1, ...messages.slice(1).map(() => 0)])
    expect(read.map(({ header }) => header.truncated)).toEqual([...messages.slice(1).map(() => true), false])
    const labels = read.flatMap(({ answers }) => answers.map(({ data }) => data.kind === 'PTR' && data.target[0]))
    expect(labels).toEqual(known.map(({ label }) => label))
  })

  it('spreads questions over messages, without TC', () => {
    const hosts = Array.from({ length: 100 }, (_, index) => [`${'x'.repeat(59)}${index}`, 'local'])
    const messages = writeMulticastQueries(hosts.flatMap(addressQuestions))
    const read = messages.map((bytes) => readMessage(bytes))
    expect(messages.every(({ length }) => length <= 1_400)).toBe(true)
    expect(read.some(({ header }) => header.truncated)).toBe(false)
    expect(read.flatMap(({ questions }) => questions.map(({ name }) => name))).toEqual(
      hosts.flatMap((host) => [host, host]),
    )
  })

  it('compresses names (RFC 6762 section 18.14)', () => {
    const [bytes] = writeMulticastQueries([BROWSE_QUESTION, textQuestion('mds1')])
    const [header, serviceType, typeAndClass, label, pointer] = [12, 22, 4, 5, 2]
    expect(bytes?.length).toBe(header + serviceType + typeAndClass + label + pointer + typeAndClass)
  })

  it('writes names of any size', () => {
    const long = ['x'.repeat(63), 'y'.repeat(63), 'z'.repeat(63), 'w'.repeat(55), 'local']
    const messages = writeMulticastQueries([...Array(10).keys()].flatMap(() => addressQuestions(long)))
    expect(readMessage(messages[0] ?? Buffer.alloc(0)).questions[0]?.name).toEqual(long)
  })
})
