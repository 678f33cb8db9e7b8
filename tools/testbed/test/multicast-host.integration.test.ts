import { createSocket } from 'node:dgram'
import { type Message, nameFromText, nameToText, RecordType, readMessage, writeQuery } from '@pstorage/dns-message'
import { expect, it } from 'vitest'
import { type MulticastHost, type MulticastService, multicastHost } from '../src/index.js'

const group = '224.0.0.251'
const mds1: MulticastService = {
  instance: 'mds1',
  host: 'mds1.local',
  addresses: ['192.0.2.1', '2001:db8::1'],
  port: 2510,
  txt: { cluster: 'alpha', flag: true },
}

/** A socket that hears what hosts send to the group, and can ask there. */
async function listener({ port }: { readonly port: number }) {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const responses: { readonly message: Message; readonly size: number; readonly from: number }[] = []
  let heard = (): void => undefined
  socket.on('message', (bytes, { port: from }) => {
    const message = readMessage(bytes)
    if (message.header.response) responses.push({ message, size: bytes.length, from })
    heard()
  })
  await new Promise<void>((resolve) => socket.bind(port, '0.0.0.0', resolve))
  socket.addMembership(group, '127.0.0.1')
  socket.setMulticastInterface('127.0.0.1')
  return {
    responses,
    ask(name: string, type: number): void {
      socket.send(writeQuery({ id: 0, name: nameFromText(name), type, recursionDesired: false }), port, group)
    },
    /** Resolves when so many records of that type were heard, in any section. */
    async records(count: number, type: number) {
      for (;;) {
        const messages = responses.map(({ message }) => message)
        const found = messages
          .flatMap(({ answers, additionals }) => [...answers, ...additionals])
          .filter((record) => record.type === type)
        if (found.length >= count) return found
        await new Promise<void>((resolve) => {
          heard = resolve
        })
      }
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(resolve))
    },
  }
}

it('answers a question for the instances, with the other records beside it', async () => {
  await using host = await multicastHost({ services: [mds1] })
  await using ears = await listener(host)
  ears.ask('_pstorage._tcp.local', RecordType.PTR)
  await ears.records(1, RecordType.AAAA)
  const [response] = ears.responses
  expect(response?.from).toBe(host.port)
  expect(response?.message.header).toMatchObject({ id: 0, authoritative: true, rcode: 0 })
  expect(response?.message.questions).toEqual([])
  expect(response?.message.answers.map(({ type, class: own }) => [type, own])).toEqual([[RecordType.PTR, 1]])
  expect(response?.message.additionals.map(({ name, type, class: own }) => [nameToText(name), type, own])).toEqual([
    ['mds1._pstorage._tcp.local', RecordType.SRV, 0x8001],
    ['mds1._pstorage._tcp.local', RecordType.TXT, 0x8001],
    ['mds1.local', RecordType.A, 0x8001],
    ['mds1.local', RecordType.AAAA, 0x8001],
  ])
})

it('answers without the other records where it is told to, and each when asked', async () => {
  await using host = await multicastHost({ services: [mds1], additionals: false })
  await using ears = await listener(host)
  ears.ask('_PSTORAGE._tcp.LOCAL', RecordType.PTR)
  await ears.records(1, RecordType.PTR)
  expect(ears.responses[0]?.message.additionals).toEqual([])
  ears.ask('MDS1._pstorage._tcp.local', RecordType.TXT)
  const [text] = await ears.records(1, RecordType.TXT)
  const strings = text?.data.kind === 'TXT' ? text.data.strings.map((string) => Buffer.from(string).toString()) : []
  expect(strings).toEqual(['cluster=alpha', 'flag'])
  ears.ask('mds1.local', RecordType.ANY)
  const [address] = await ears.records(1, RecordType.A)
  expect(address?.data).toEqual({ kind: 'A', address: '192.0.2.1' })
})

it('spreads what many services say over messages of at most 1,400 octets', async () => {
  const services = Array.from({ length: 200 }, (_, index) => ({ ...mds1, instance: `mds${index}` }))
  await using host = await multicastHost({ services })
  await using ears = await listener(host)
  ears.ask('_pstorage._tcp.local', RecordType.PTR)
  await ears.records(200, RecordType.AAAA)
  for (const { size } of ears.responses) expect(size).toBeLessThanOrEqual(1_400)
  const instances = (await ears.records(200, RecordType.PTR)).map(({ data }) => data.kind === 'PTR' && data.target[0])
  expect(new Set(instances).size).toBe(200)
})

it('announces, and takes back what it announced', async () => {
  await using host = await multicastHost({ services: [mds1] })
  await using ears = await listener(host)
  await host.announce()
  await ears.records(1, RecordType.AAAA)
  await host.goodbye()
  expect((await ears.records(2, RecordType.PTR)).map(({ ttl }) => ttl)).toEqual([120, 0])
})

it('shows what it was asked', async () => {
  await using host = await multicastHost({ services: [mds1] })
  await using ears = await listener(host)
  ears.ask('_pstorage._tcp.local', RecordType.PTR)
  const [query] = await host.queries.when(1)
  const questions = [{ name: '_pstorage._tcp.local', type: 'PTR' }]
  expect(query).toEqual({ questions, knownInstances: [], truncated: false, port: host.port })
})

it.each([
  ['its own port', (host: MulticastHost) => host.send(Buffer.alloc(12)), true],
  ['another port', (host: MulticastHost) => host.send(Buffer.alloc(12), { fromOtherPort: true }), false],
] as const)('sends any octets from %s', async (_, send, own) => {
  await using host = await multicastHost({ services: [] })
  const arrived = host.queries.when(1)
  await send(host)
  const [query] = await arrived
  expect(query?.port === host.port).toBe(own)
})

it.each([
  ['an instance with a dot', { instance: 'a.b' }],
  ['an instance of 64 octets', { instance: 'ß'.repeat(32) }],
  ['an instance without a name', { instance: '' }],
  ['a host with an empty label', { host: 'a..local' }],
  ['a port of 17 bits', { port: 65_536 }],
  ['a TTL that is no number of seconds', { ttl: -1 }],
  ['what is no address', { addresses: ['192.0.2'] }],
  ['a TXT string of 256 octets', { txt: { cluster: 'x'.repeat(248) } }],
])('M-10 refuses %s before it is written', async (_, changes) => {
  await expect(multicastHost({ services: [{ ...mds1, ...changes }] })).rejects.toThrow(RangeError)
})
