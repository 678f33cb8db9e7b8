import { RecordClass, type ResourceRecord } from '@pstorage/dns-message'
import { type AnnouncedSet, rdataOctets } from './announced-set.js'
import { rdataOf } from './record-rdata.js'

/**
 * Whether another host that probes for the same name at the same time wins it: below 0 when we do, 0 when both say the same and
 * may share the name, above 0 when the other does.
 *
 * @param ours all records that we would have of the name
 * @param theirs those of the authority section of the other's probe
 * @see RFC 6762 section 8.2.1
 */
export function compareProbes(ours: readonly AnnouncedSet[], theirs: readonly ResourceRecord[]): number {
  const own = ours.flatMap(({ type, rdata }) => {
    return rdata.map((one) => probed(RecordClass.IN, type, rdataOctets(one)))
  })
  const other = theirs.map((record) => {
    return probed(record.class & CLASS_BITS, record.type, rdataOctets(rdataOf(record.data)))
  })
  own.sort(Buffer.compare)
  other.sort(Buffer.compare)
  for (const [index, octets] of other.entries()) {
    const mine = own[index]
    if (mine === undefined) return 1
    const order = Buffer.compare(octets, mine)
    if (order !== 0) return order
  }
  return other.length - own.length
}

/** The class without the cache-flush bit. */
const CLASS_BITS = 0x7fff

/** Octets that compare as the records do: by class, then by type, then by data. */
function probed(recordClass: number, type: number, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(recordClass, 0)
  head.writeUInt16BE(type, 2)
  return Buffer.concat([head, data])
}
