import { describe, expect, it } from 'vitest'
import type { MulticastInterface } from '../../src/link/multicast-interface.js'
import { readResponse } from '../../src/records/read-response.js'
import { multicastResponse } from '../multicast-response.js'
import { packetRecords, servicePacket } from '../service-packets.js'

const networkInterface: MulticastInterface = {
  name: 'eth0',
  address: '192.0.2.10',
  loopback: false,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: '198.51.100.129', netmask: '255.255.255.128' },
  ],
}
const loopback: MulticastInterface = {
  name: 'lo',
  address: '127.0.0.1',
  loopback: true,
  subnets: [{ address: '127.0.0.1', netmask: '255.0.0.0' }],
}
const rules = { networkInterface, port: 5353, packetBytes: 9_000 }
const sender = { address: '192.0.2.21', port: 5353 }
const service = { instance: 'mds1', txt: ['cluster=alpha'] }
const packet = servicePacket(service)

describe('readResponse', () => {
  it('reads the records of a service', () => {
    const life = { ttl: 120, unique: true }
    expect(readResponse(packet, sender, rules)).toEqual({
      dropped: undefined,
      records: [
        { kind: 'PTR', ttl: 120, unique: false, instance: 'mds1' },
        { kind: 'SRV', ...life, instance: 'mds1', priority: 0, weight: 0, port: 2510, target: ['mds1', 'local'] },
        { kind: 'TXT', ...life, instance: 'mds1', cluster: 'alpha' },
        { kind: 'A', ...life, host: ['mds1', 'local'], address: '192.0.2.21' },
      ],
    })
  })

  it.each(['192.0.3.21', '203.0.113.9', '10.0.0.1'])('s11 takes what %s sends to the group', (address) => {
    expect(readResponse(packet, { ...sender, address, isToGroup: true }, rules).dropped).toBeUndefined()
  })

  it.each([
    ['MD-1 another port', packet, { ...sender, port: 5354 }, 'foreign port'],
    ['MD-3 another subnet', packet, { ...sender, address: '192.0.3.21' }, 'off-link'],
    ['MD-3 the other half of a subnet', packet, { ...sender, address: '198.51.100.127' }, 'off-link'],
    ['MD-3 loopback, on another interface', packet, { ...sender, address: '127.0.0.1' }, 'off-link'],
    ['MD-5 another opcode', multicastResponse([], { opcode: 5 }), sender, 'not a standard response'],
    ['MD-5 a response code', multicastResponse([], { rcode: 'NXDOMAIN' }), sender, 'not a standard response'],
    ['MD-9 9,001 octets', Buffer.concat([packet, Buffer.alloc(9_001 - packet.length)]), sender, 'too long'],
    ['MD-35 a query', multicastResponse(packetRecords(service), { response: false }), sender, 'query'],
    ['MD-35 a query of any size and sender', Buffer.alloc(9_001), { address: '203.0.113.1', port: 1 }, 'query'],
    ['nothing', Buffer.alloc(0), sender, 'malformed'],
    ['half a header', packet.subarray(0, 11), sender, 'malformed'],
    ['a record cut short', packet.subarray(0, -1), sender, 'malformed'],
    ['octets after the last record', Buffer.concat([packet, Buffer.of(0)]), sender, 'malformed'],
  ])('drops %s', (_, bytes, from, reason) => {
    expect(readResponse(bytes, from, rules).dropped).toBe(reason)
  })

  it.each([
    ['MD-3 the second subnet of the interface', { ...sender, address: '198.51.100.200' }, rules],
    [
      'MD-37 loopback, where that is listened on',
      { ...sender, address: '127.8.8.8' },
      { ...rules, networkInterface: loopback },
    ],
    ['another port, where that is the port', { ...sender, port: 40_000 }, { ...rules, port: 40_000 }],
  ])('takes %s', (_, from, receiveRules) => {
    expect(readResponse(packet, from, receiveRules).dropped).toBeUndefined()
  })

  it('MD-9 takes 9,000 octets', () => {
    const filler = { name: 'x.local', type: 65_280, data: Buffer.alloc(9_000 - packet.length - 12 - 5) }
    const bytes = multicastResponse([...packetRecords(service), filler])
    const missing = 9_000 - bytes.length
    const full = multicastResponse([
      ...packetRecords(service),
      { ...filler, data: Buffer.alloc(filler.data.length + missing) },
    ])
    expect(full.length).toBe(9_000)
    expect(readResponse(full, sender, rules).dropped).toBeUndefined()
  })

  it.each([
    ['answers', multicastResponse(packetRecords(service))],
    ['authorities', multicastResponse([], { authorities: packetRecords(service) })],
    ['additionals', multicastResponse([], { additionals: packetRecords(service) })],
    ['MD-6 any id', multicastResponse(packetRecords(service), { id: 4711 })],
    [
      'MD-7 beside a question',
      multicastResponse(packetRecords(service), { questions: [{ name: '_pstorage._tcp.local', type: 12 }] }),
    ],
    ['any flags', multicastResponse(packetRecords(service), { authoritative: false, truncated: true })],
    ['names written in full', multicastResponse(packetRecords(service), { compress: 'none' })],
    ['beside an OPT record', multicastResponse(packetRecords(service), { edns: {} })],
  ])('reads records in %s', (_, bytes) => {
    const reading = readResponse(bytes, sender, rules)
    expect(reading.dropped === undefined && reading.records.map(({ kind }) => kind)).toEqual(['PTR', 'SRV', 'TXT', 'A'])
  })

  it.each([
    ['MD-8 an address outside local', { name: 'www.example.org', type: 'A', address: '192.0.2.1' }],
    ['MD-8 a name that only ends in the same letters', { name: 'hostlocal', type: 'A', address: '192.0.2.1' }],
    ['another class', { name: 'mds1.local', type: 'A', address: '192.0.2.1', class: 3 }],
    ['another service', { name: '_http._tcp.local', type: 'PTR', target: 'a._http._tcp.local' }],
    ['an instance of another service', { name: '_pstorage._tcp.local', type: 'PTR', target: 'a._http._tcp.local' }],
    ['the service as its own instance', { name: '_pstorage._tcp.local', type: 'PTR', target: '_pstorage._tcp.local' }],
    ['a name below an instance', { name: 'a.b._pstorage._tcp.local', type: 'TXT', strings: ['cluster=alpha'] }],
    ['a service of another domain', { name: 'a._pstorage._tcp.example', type: 'SRV', port: 1, target: 'mds1.local' }],
    ['a record of another type', { name: 'mds1.local', type: 47, data: Buffer.alloc(4) }],
  ] as const)('leaves out %s', (_, record) => {
    expect(readResponse(multicastResponse([record]), sender, rules)).toEqual({ dropped: undefined, records: [] })
  })

  it('MD-25 keeps an instance name with dots, blanks and UTF-8 as one label', () => {
    const bytes = servicePacket({ instance: 'Größe\\. 7\\. Stock' })
    const reading = readResponse(bytes, sender, rules)
    const instance = Buffer.from('Größe. 7. Stock').toString('latin1')
    expect(reading.dropped === undefined && reading.records[0]).toMatchObject({ kind: 'PTR', instance })
  })

  it.each([
    ['names our service', packet.subarray(0, -1), true],
    ['names it in upper case', servicePacket({ ...service, host: 'X._PSTORAGE.local' }).subarray(0, -1), true],
    ['names another', multicastResponse([{ name: 'a._http._tcp.local', type: 1, data: Buffer.alloc(9) }]), false],
  ])('says whether what cannot be read %s', (_, bytes, concernsUs) => {
    expect(readResponse(bytes, sender, rules)).toMatchObject({ dropped: 'malformed', concernsUs })
  })
})
