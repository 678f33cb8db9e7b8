import { describe, expect, it } from 'vitest'
import { udpPayloads } from '../src/run/udp-payloads.js'

const ipv4 = (protocol: number, payload: string) =>
  Buffer.concat([Buffer.of(0x45, ...Array(8).fill(0), protocol), Buffer.alloc(10 + 8), Buffer.from(payload)])
const ipv6 = (next: number, payload: string) =>
  Buffer.concat([Buffer.of(0x60, 0, 0, 0, 0, 0, next), Buffer.alloc(33 + 8), Buffer.from(payload)])

function capture(link: number, linkHeader: number, packets: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4)
  header.writeUInt32LE(link, 20)
  const records = packets.flatMap((packet) => {
    const record = Buffer.alloc(16 + linkHeader)
    record.writeUInt32LE(linkHeader + packet.length, 8)
    return [record, packet]
  })
  return Buffer.concat([header, ...records])
}

describe('udpPayloads', () => {
  it.each([
    ['Ethernet', 1, 14],
    ['any interface', 276, 20],
    ['raw IP', 101, 0],
  ])('gives what UDP datagrams hold, captured on %s', (_, link, size) => {
    const packets = [ipv4(17, 'one'), ipv4(6, 'tcp'), ipv6(17, 'two'), Buffer.from([0x45])]
    expect(udpPayloads(capture(link, size, packets)).map(String)).toEqual(['one', 'two'])
  })

  it('refuses a link type that it does not know', () => {
    expect(() => udpPayloads(capture(105, 0, []))).toThrow('link type 105')
  })
})
