/** Octets in front of the IP header, by link type of the capture. */
const LINK_HEADERS: Readonly<Record<number, number>> = { 0: 4, 1: 14, 101: 0, 113: 16, 276: 20 }
const UDP = 17

/** Returns the payloads of the UDP datagrams in a capture in the classic format of pcap, of IPv4 and of IPv6 without extension headers. */
export function udpPayloads(file: Buffer): readonly Buffer[] {
  const isLittle = file.readUInt32LE(0) === 0xa1b2c3d4 || file.readUInt32LE(0) === 0xa1b23c4d
  const uint32 = (at: number): number => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const link = LINK_HEADERS[uint32(20) & 0xffff]
  if (link === undefined) throw new Error(`a capture of the link type ${uint32(20)}, which is not known`)
  const payloads: Buffer[] = []
  for (let at = 24; at + 16 <= file.length; ) {
    const end = at + 16 + uint32(at + 8)
    const payload = udpPayload(file.subarray(at + 16 + link, end))
    if (payload !== undefined) payloads.push(payload)
    at = end
  }
  return payloads
}

function udpPayload(packet: Buffer): Buffer | undefined {
  const version = (packet[0] ?? 0) >> 4
  const header = version === 4 ? 4 * ((packet[0] ?? 0) & 0xf) : 40
  const protocol = version === 4 ? packet[9] : version === 6 ? packet[6] : undefined
  return protocol === UDP && packet.length > header + 8 ? packet.subarray(header + 8) : undefined
}
