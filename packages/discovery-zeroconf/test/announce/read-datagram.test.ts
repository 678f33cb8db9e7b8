import { describe, expect, it } from 'vitest'
import { readDatagram, SentMessages } from '../../src/announce/announcing-link.js'
import { BROWSE_QUESTION } from '../../src/records/multicast-question.js'
import { writeMulticastQueries } from '../../src/records/write-messages.js'
import { multicastResponse } from '../multicast-response.js'
import { servicePacket } from '../service-packets.js'

const subnets = [
  { address: '192.0.2.10', netmask: '255.255.255.0' },
  { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
]
const networkInterface = { name: 'eth0', address: '192.0.2.10', ipv6: 'fe80::10', loopback: false, subnets }
const query = writeMulticastQueries([BROWSE_QUESTION])[0] ?? Buffer.alloc(0)
const answer = servicePacket({ instance: 'mds1' })
const [isOnLink, offLink] = ['192.0.2.77', '198.51.100.77']

describe('readDatagram', () => {
  it.each([
    ['a query', query, isOnLink, 5353],
    ['MD-22 a legacy query', query, isOnLink, 40_000],
    ['a response', answer, isOnLink, 5353],
    ['over IPv6', query, 'fe80::77%eth0', 5353],
  ])('reads %s', (_, bytes, address, port) => {
    expect(readDatagram(bytes, { address, port }, { networkInterface, port: 5353 })).toBeDefined()
  })

  it.each([
    ['a query', query],
    ['a response', answer],
  ])('s11 reads %s to the group from wherever, since only this link receives it', (_, bytes) => {
    const sender = { address: offLink, port: 5353, isToGroup: true }
    expect(readDatagram(bytes, sender, { networkInterface, port: 5353 })).toBeDefined()
  })

  it('MD-22 is silent for a legacy query to the group whose answer would leave the link', () => {
    const sender = { address: offLink, port: 40_000, isToGroup: true }
    expect(readDatagram(query, sender, { networkInterface, port: 5353 })).toBeUndefined()
  })

  it.each([
    ['MD-1 a response from another port', answer, isOnLink, 40_000],
    ['MD-3 a response of another link', answer, offLink, 5353],
    ['MD-22 a legacy query of another link (CVE-2017-6519)', query, offLink, 40_000],
    ['a query of another link', query, offLink, 5353],
    ['over IPv6, a query of another link', query, '2001:db8::77', 5353],
    ['over IPv6, a query of another interface', query, 'fe80::77%eth1', 5353],
    ['from port 0, where no host can be answered', query, isOnLink, 0],
    ['MD-5 with an opcode', Buffer.concat([Buffer.of(0, 0, 0x28, 0), query.subarray(4)]), isOnLink, 5353],
    ['MD-5 with a response code', multicastResponse([], { rcode: 'SERVFAIL' }), isOnLink, 5353],
    ['MD-9 of 9,001 octets', Buffer.concat([query, Buffer.alloc(9_001 - query.length)]), isOnLink, 5353],
    ['cut short', answer.subarray(0, -3), isOnLink, 5353],
    ['too short for a header', query.subarray(0, 11), isOnLink, 5353],
    ['empty', Buffer.alloc(0), isOnLink, 5353],
  ])('is silent for %s', (_, bytes, address, port) => {
    expect(readDatagram(bytes, { address, port }, { networkInterface, port: 5353 })).toBeUndefined()
  })

  it('MD-17 lives through octets of any kind', () => {
    for (let index = 0; index < 2_000; index += 1) {
      const bytes = Buffer.from(answer.map((octet, at) => (at % 53 === index % 53 ? octet ^ (index >> 3) : octet)))
      expect(() =>
        readDatagram(bytes, { address: isOnLink, port: 5353 }, { networkInterface, port: 5353 }),
      ).not.toThrow()
    }
  })
})

it('MD-35 knows the messages that it has sent, the last 512 of them', () => {
  const sent = new SentMessages()
  const message = (number: number): Buffer => Buffer.from([number >> 8, number & 255])
  for (let number = 0; number < 600; number += 1) sent.add(message(number))
  expect(sent.has(message(599))).toBe(true)
  expect(sent.has(message(88))).toBe(true)
  expect(sent.has(message(87))).toBe(false)
})
