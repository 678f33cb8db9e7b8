import { type DnsRecord, type ReplyOptions, readDnsQuery, reply } from '@pstorage/testbed'

const nothingAsked = readDnsQuery(Buffer.alloc(12))

/** The octets of a multicast response. Names are text with `\.`; the writer shares no code with our reader. */
export function multicastResponse(answers: readonly DnsRecord[], options: ReplyOptions = {}): Uint8Array {
  return reply(nothingAsked, { id: 0, compress: 'all', answers, ...options })
}
