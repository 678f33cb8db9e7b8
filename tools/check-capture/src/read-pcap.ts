import { canonicalAddress } from '@pstorage/discovery-core'
import type { Datagram } from './datagram.js'

/**
 * Reads the UDP datagrams of a capture in the classic format of pcap, of Ethernet; everything else in it is passed over.
 *
 * @throws Error when it is no such capture, or is cut short.
 */
export function readPcap(bytes: Uint8Array): readonly Datagram[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (file.length < FILE_HEADER) throw new Error('the capture is shorter than its header')
  const form = FORMS.find(({ magic }) => file.readUInt32LE(0) === magic)
  if (form === undefined) throw new Error('this is no capture in the classic format of pcap')
  const number = (at: number): number => (form.isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at))
  if (number(20) !== ETHERNET) throw new Error(`the link type of the capture is ${number(20)}, and not Ethernet`)
  const datagrams: Datagram[] = []
  for (let at = FILE_HEADER; at < file.length; ) {
    if (at + PACKET_HEADER > file.length) throw new Error('the capture is cut short')
    const time = number(at) * 1_000 + number(at + 4) / form.partsOfMillisecond
    const end = at + PACKET_HEADER + number(at + 8)
    if (end > file.length) throw new Error('the capture is cut short')
    const datagram = datagramOf(file.subarray(at + PACKET_HEADER, end), time)
    if (datagram !== undefined) datagrams.push(datagram)
    at = end
  }
  return datagrams
}

const FILE_HEADER = 24
const PACKET_HEADER = 16
const ETHERNET = 1
/** Magic numbers as they read in little endian, of microseconds and of nanoseconds. */
const FORMS = [
  { magic: 0xa1b2c3d4, isLittle: true, partsOfMillisecond: 1_000 },
  { magic: 0xd4c3b2a1, isLittle: false, partsOfMillisecond: 1_000 },
  { magic: 0xa1b23c4d, isLittle: true, partsOfMillisecond: 1_000_000 },
  { magic: 0x4d3cb2a1, isLittle: false, partsOfMillisecond: 1_000_000 },
]

const UDP = 17
const UDP_HEADER = 8

function datagramOf(frame: Buffer, at: number): Datagram | undefined {
  if (frame.length < 14) return undefined
  const packet = frame.subarray(14)
  const parts = frame.readUInt16BE(12) === 0x0800 ? partsOfIPv4(packet) : partsOfIPv6(frame.readUInt16BE(12), packet)
  if (parts === undefined || parts.payload.length < UDP_HEADER) return undefined
  const { payload, source, destination, hops } = parts
  return {
    at,
    from: { address: source, port: payload.readUInt16BE(0) },
    to: { address: destination, port: payload.readUInt16BE(2) },
    hops,
    bytes: payload.subarray(UDP_HEADER, payload.readUInt16BE(4)),
  }
}

interface PacketParts {
  readonly source: string
  readonly destination: string
  readonly hops: number
  readonly payload: Buffer
}

function partsOfIPv4(packet: Buffer): PacketParts | undefined {
  if (packet.length < 20 || packet.readUInt8(9) !== UDP) return undefined
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0
  if (isFragment) return undefined
  return {
    source: packet.subarray(12, 16).join('.'),
    destination: packet.subarray(16, 20).join('.'),
    hops: packet.readUInt8(8),
    payload: packet.subarray((packet.readUInt8(0) & 15) * 4, packet.readUInt16BE(2)),
  }
}

function partsOfIPv6(etherType: number, packet: Buffer): PacketParts | undefined {
  if (etherType !== 0x86dd || packet.length < 40 || packet.readUInt8(6) !== UDP) return undefined
  return {
    source: textOfIPv6(packet.subarray(8, 24)),
    destination: textOfIPv6(packet.subarray(24, 40)),
    hops: packet.readUInt8(7),
    payload: packet.subarray(40, 40 + packet.readUInt16BE(4)),
  }
}

function textOfIPv6(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(2 * index).toString(16))
  return canonicalAddress(groups.join(':')) ?? ''
}
