import type { Datagram } from '../src/datagram.js'

/** A capture of Ethernet frames with IPv4 in them, as tcpdump writes it. */
export function pcapFile(datagrams: readonly Datagram[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt32LE(1, 20)
  return Buffer.concat([header, ...datagrams.map(frame)])
}

function frame({ at, from, to, hops, bytes }: Datagram): Buffer {
  const octets = Buffer.alloc(16 + 14 + 20 + 8)
  const length = octets.length - 16 + bytes.length
  octets.writeUInt32LE(Math.floor(at / 1_000), 0)
  octets.writeUInt32LE(Math.round((at % 1_000) * 1_000), 4)
  octets.writeUInt32LE(length, 8)
  octets.writeUInt32LE(length, 12)
  octets.writeUInt16BE(0x0800, 16 + 12)
  const packet = octets.subarray(30)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(28 + bytes.length, 2)
  packet.writeUInt8(hops, 8)
  packet.writeUInt8(17, 9)
  packet.set(from.address.split('.').map(Number), 12)
  packet.set(to.address.split('.').map(Number), 16)
  packet.writeUInt16BE(from.port, 20)
  packet.writeUInt16BE(to.port, 22)
  packet.writeUInt16BE(8 + bytes.length, 24)
  return Buffer.concat([octets, bytes])
}
