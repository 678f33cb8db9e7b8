import { type HostileQuery, hostileServer, type ReplyOptions, reply, type UdpStep } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { codesOf, endpointsOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint, soaOf } from './good-zone.js'

const SRV = 33

interface Row {
  readonly id: string
  readonly what: string
  /** The reply that must not be believed. `options` make it either an answer of an attacker, or a "no". */
  readonly step: (query: HostileQuery, options: ReplyOptions) => UdpStep
  /** The status of the attempt when nothing better comes; default `malformed`. */
  readonly status?: string
}

const evilName = `evil.${domain}`
const cut = (length: number) => (query: HostileQuery, options: ReplyOptions) =>
  reply(query, options).subarray(0, length)
/** A reply whose first answer is owned by these bytes. */
const owned =
  (...bytes: readonly number[]) =>
  (query: HostileQuery, options: ReplyOptions) =>
    reply(query, { ...options, answers: [{ name: Buffer.from(bytes), type: 'A', address: '192.0.2.66' }] })
/** Offset of the first record: behind the header and the question. */
const afterQuestion = (query: HostileQuery) => 12 + query.question.length
const pointer = (target: number) => [0xc0 | (target >> 8), target & 0xff]

const rows: readonly Row[] = [
  { id: 'DNS-1', what: 'another id', step: (query, options) => reply(query, { ...options, id: query.id ^ 1 }) },
  {
    id: 'DNS-2',
    what: 'another source port',
    step: (query, options) => ({ fromOtherPort: reply(query, options) }),
    status: 'timeout',
  },
  {
    id: 'DNS-3',
    what: 'another name in the question',
    step: (query, options) => reply(query, { ...options, questions: [{ name: evilName, type: query.type }] }),
  },
  {
    id: 'DNS-3',
    what: 'another type in the question',
    step: (query, options) => reply(query, { ...options, questions: [{ name: query.name, type: 255 }] }),
  },
  {
    id: 'DNS-3',
    what: 'another class in the question',
    step: (query, options) =>
      reply(query, { ...options, questions: [{ name: query.name, type: query.type, class: 3 }] }),
  },
  { id: 'DNS-3', what: 'no question', step: (query, options) => reply(query, { ...options, questions: [] }) },
  {
    id: 'DNS-3',
    what: 'two questions',
    step: (query, options) => {
      const question = { name: query.name, type: query.type }
      return reply(query, { ...options, questions: [question, question] })
    },
  },
  { id: 'DNS-5', what: 'an echo of the query', step: (query) => query.bytes },
  { id: 'DNS-5', what: 'QR=0', step: (query, options) => reply(query, { ...options, response: false }) },
  ...[1, 2, 4, 5, 15].map(
    (opcode): Row => ({
      id: 'DNS-5',
      what: `opcode ${opcode}`,
      step: (query, options) => reply(query, { ...options, opcode }),
    }),
  ),
  ...[0, 1, 2, 11].map((length): Row => ({ id: 'DNS-6', what: `${length} octets`, step: cut(length) })),
  {
    id: 'DNS-16',
    what: 'two OPT records',
    step: (query, options) => {
      const opt = { name: '.', type: 41, class: 1232, data: Buffer.alloc(0) }
      return reply(query, { ...options, additionals: [opt, opt] })
    },
  },
  {
    id: 'DNS-28',
    what: '65,535 answers announced',
    step: (query, options) => reply(query, { ...options, counts: { answers: 65_535 } }),
  },
  {
    id: 'DNS-28',
    what: 'fewer records announced than there are',
    step: (query, options) => reply(query, { ...options, authorities: [soaOf(domain)], counts: { authorities: 0 } }),
  },
  {
    id: 'DNS-28',
    what: 'octets behind the end',
    step: (query, options) => Buffer.concat([reply(query, options), Buffer.of(0)]),
  },
  {
    id: 'DNS-28',
    what: 'a message cut short',
    step: (query, options) => reply(query, { ...options, authorities: [soaOf(domain)] }).subarray(0, -1),
  },
  ...[0, 3, 5, 65_535].map(
    (rdlength): Row => ({
      id: 'DNS-29',
      what: `RDLENGTH ${rdlength} for an address`,
      step: (query, options) =>
        reply(query, { ...options, additionals: [{ name: evilName, type: 'A', address: '192.0.2.66', rdlength }] }),
    }),
  ),
  {
    id: 'DNS-30',
    what: 'a pointer to itself',
    step: (query, options) => owned(...pointer(afterQuestion(query)))(query, options),
  },
  {
    id: 'DNS-30',
    what: 'a pointer back into its own name',
    step: (query, options) => owned(1, 0x61, ...pointer(afterQuestion(query)))(query, options),
  },
  {
    id: 'DNS-30',
    what: 'a pointer forward',
    step: (query, options) => owned(...pointer(afterQuestion(query) + 12))(query, options),
  },
  { id: 'DNS-30', what: 'a pointer into the header', step: owned(...pointer(4)) },
  { id: 'DNS-30', what: 'a pointer past the end', step: owned(...pointer(0x3fff)) },
  { id: 'DNS-30', what: 'a pointer into the middle of a label', step: owned(...pointer(14)) },
  { id: 'DNS-31', what: 'label bits 01', step: owned(0x41, 0x61, 0) },
  { id: 'DNS-31', what: 'label bits 10', step: owned(0x81, 0x61, 0) },
  { id: 'DNS-31', what: 'a label of 64 octets', step: owned(64, ...Array<number>(64).fill(0x61), 0) },
  {
    id: 'DNS-31',
    what: 'a name of 256 octets',
    step: owned(...Array.from({ length: 127 }, () => [1, 0x61]).flat(), 1, 0x61, 0),
  },
]

const asAttacker = (query: HostileQuery): ReplyOptions => ({
  answers: [{ name: query.name, type: 'SRV', port: 666, target: evilName }],
})
const asNo: ReplyOptions = { rcode: 'NXDOMAIN', authorities: [] }

describe.concurrent('a reply that does not belong to the question, or is no message', () => {
  it.each(rows)('$id: $what, before the right answer', async ({ step }) => {
    await using server = await hostileServer({ udp: (query) => [step(query, asAttacker(query)), answer(query)] })
    const report = await resolved([server])
    expect(report).toMatchObject({ outcome: 'found' })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
  })

  it.each(rows)('$id: $what, is neither found nor absent', async ({ step, status = 'malformed' }) => {
    await using attacker = await hostileServer({ udp: (query) => step(query, asAttacker(query)) })
    await using denier = await hostileServer({ udp: (query) => step(query, asNo) })
    const reports = await Promise.all([attacker, denier].map((server) => resolved([server], { timeout: 500 })))
    for (const report of reports) {
      expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ method: 'dns-srv', status }] })
    }
  })
})

describe('forged replies', () => {
  const forged = (query: HostileQuery) => reply(query, { ...asAttacker(query), id: query.id ^ 1 })

  it.each([1, 9])('DNS-7: %d of them are nothing to speak of', async (count) => {
    await using server = await hostileServer({ udp: (query) => [...Array(count).fill(forged(query)), answer(query)] })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.warnings).toEqual([])
  })

  it.each([10, 100])('DNS-7: %d of them are warned of', async (count) => {
    await using server = await hostileServer({ udp: (query) => [...Array(count).fill(forged(query)), answer(query)] })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(codesOf(report)).toEqual(['dns-forged-replies'])
    expect(report.warnings[0]?.message).toContain(`${count} replies`)
  })

  /** Records whose owners are pointers, each to the owner before it: longer and longer chains of them. */
  const bomb = (query: HostileQuery): Buffer => {
    const place = (index: number): number => afterQuestion(query) + (index === 0 ? 0 : 17 + (index - 1) * 16)
    const owner = (index: number) => (index === 0 ? [1, 0x61, 0] : pointer(place(index - 1)))
    const answers = Array.from({ length: 700 }, (_, index) => {
      return { name: Buffer.from(owner(index)), type: 'A', address: '192.0.2.66' } as const
    })
    return reply(query, { answers })
  }
  const kinds: readonly (readonly [string, (query: HostileQuery) => Buffer])[] = [
    ['another id', forged],
    ['another question', (query) => reply(query, { ...asAttacker(query), questions: [{ name: evilName, type: 33 }] })],
    ['QR=0', (query) => reply(query, { ...asAttacker(query), response: false })],
    ['pointer bombs with the right id', bomb],
  ]

  it.each(kinds)('DNS-7: 10,000 of them are borne, for less than a second of work: %s', async (_, kind) => {
    await using server = await hostileServer({
      *udp(query) {
        if (query.type !== SRV) return yield answer(query)
        // What is asked once more meanwhile gets no flood of its own.
        if (query.index > 0) return
        const bytes = kind(query)
        // A burst would overrun the buffer of the socket, and the right answer with it.
        for (let round = 0; round < 100; round += 1) {
          yield* Array<Buffer>(100).fill(bytes)
          yield { pause: 1 }
        }
        yield answer(query)
      },
    })
    const before = process.cpuUsage()
    const report = await resolved([server], { timeout: 15_000 })
    const { user, system } = process.cpuUsage(before)
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(codesOf(report)).toEqual(['dns-forged-replies'])
    // Of this process, which is also the one that forges; how long it takes is up to what else the machine does.
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })

  it.each(kinds)('DNS-7: nobody waits for the end of a flood where TCP is served: %s', async (_, kind) => {
    await using server = await hostileServer({
      *udp(query) {
        const bytes = kind(query)
        for (;;) {
          yield* Array<Buffer>(50).fill(bytes)
          yield { pause: 1 }
        }
      },
      tcp: (query) => answer(query),
    })
    const report = await resolved([server])
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(codesOf(report)).toEqual(['dns-forged-replies'])
  })

  it('DNS-7: a server without TCP is still waited for over UDP', async () => {
    await using server = await hostileServer({
      *udp(query) {
        yield* Array<Buffer>(100).fill(forged(query))
        yield { pause: 100 }
        yield answer(query)
      },
      tcp: 'closed',
    })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-7: TCP that does not help is no fault of its own', async () => {
    await using server = await hostileServer({
      *udp(query) {
        yield* Array<Buffer>(100).fill(forged(query))
      },
      tcp: 'reset',
    })
    const report = await resolved([server], { timeout: 600 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'malformed' }] })
  })

  it('DNS-8: of two valid answers the first counts', async () => {
    const second = (query: HostileQuery) => answer(query, [], asAttacker(query))
    await using server = await hostileServer({ udp: (query) => [answer(query), second(query)] })
    expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
  })

  it('DNS-9: a late reply to an earlier question reaches no later one', async () => {
    const earlier: HostileQuery[] = []
    await using server = await hostileServer({
      udp(query) {
        earlier.push(query)
        // To the later question every earlier one is answered once more.
        return [...earlier.map((each) => reply(each, asNo)).slice(0, -1), answer(query)]
      },
    })
    for (let round = 0; round < 3; round += 1) expect(endpointsOf(await resolved([server]))).toEqual([goodEndpoint])
    expect(new Set(earlier.map(({ from }) => from.port)).size).toBe(earlier.length)
  })
})
