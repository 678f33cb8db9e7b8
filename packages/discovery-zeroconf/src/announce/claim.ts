import { type Name, RecordType } from '@pstorage/dns-message'
import type { AnnouncedSet } from './announced-set.js'
import { negativeRdata } from './record-rdata.js'

/** A name that this host wants for itself on a link, and what it says there. It is probed before it is announced. */
export interface Claim {
  /** The same whatever the name becomes. */
  readonly id: string
  readonly name: Name
  /** The records of that name; nobody else may have any. */
  readonly unique: readonly AnnouncedSet[]
  /** Records of other names that point to it; others have such records too. */
  readonly shared: readonly AnnouncedSet[]
  /** The claim that must be established before this one may be announced: that of its host. */
  readonly needs: string | undefined
}

/** Says which types of records there are of the name of a claim, and so that there are no others. */
export function negativeSet({ name, unique }: Claim): AnnouncedSet {
  const ttl = Math.min(...unique.map((set) => set.ttl))
  const types = unique.map(({ type }) => type)
  return { name, type: RecordType.NSEC, unique: true, ttl, rdata: [negativeRdata(name, types)] }
}
