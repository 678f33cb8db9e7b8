import { type Name, nameKey, RecordClass, type ResourceRecord } from '@pstorage/dns-message'
import { type AnnouncedSet, type Rdata, rdataKey, setKey } from './announced-set.js'
import type { Claim } from './claim.js'
import { rdataOf } from './record-rdata.js'

/** Finds among many claims what a record of another host is about, however many records come. */
export class ClaimIndex {
  readonly #byName = new Map<string, Claim>()
  readonly #byRecord = new Map<string, OwnSet>()
  readonly #byOwner = new Map<string, OwnSet[]>()

  constructor(claims: readonly Claim[]) {
    for (const claim of claims) {
      this.#byName.set(nameKey(claim.name), claim)
      for (const set of [...claim.unique, ...claim.shared]) {
        for (const rdata of set.rdata) this.#byRecord.set(recordKey(set, rdata), { claim, set })
        const owner = nameKey(set.name)
        const known = this.#byOwner.get(owner)
        if (known === undefined) this.#byOwner.set(owner, [{ claim, set }])
        else known.push({ claim, set })
      }
    }
  }

  /** The claim to a name. */
  claimOf(name: Name): Claim | undefined {
    return this.#byName.get(nameKey(name))
  }

  /** All that we say of a name. */
  setsOf(name: Name): readonly OwnSet[] {
    return this.#byOwner.get(nameKey(name)) ?? []
  }

  /** What of ours says the same as a record, else the claim to its name; `undefined` for what is not about us. */
  about(record: ResourceRecord): Partial<OwnSet> | undefined {
    if ((record.class & CLASS_BITS) !== RecordClass.IN) return undefined
    const owner = nameKey(record.name)
    const claim = this.#byName.get(owner)
    // Most records are about names of others.
    if (claim === undefined && !this.#byOwner.has(owner)) return undefined
    return this.#byRecord.get(`${record.type} ${owner} ${rdataKey(rdataOf(record.data))}`) ?? (claim && { claim })
  }

  /** What of ours says the same as a record. */
  sameAs(record: ResourceRecord): AnnouncedSet | undefined {
    return this.about(record)?.set
  }

  /** The keys of sets that are known, whole and with half of their time left, to who lists these records as known. */
  knownKeys(known: readonly ResourceRecord[]): ReadonlySet<string> {
    const found = new Map<AnnouncedSet, Set<string>>()
    for (const record of known) {
      const set = this.sameAs(record)
      if (set === undefined || record.ttl < set.ttl / 2) continue
      found.set(set, (found.get(set) ?? new Set()).add(rdataKey(rdataOf(record.data))))
    }
    const whole = [...found].filter(([{ rdata }, keys]) => keys.size === rdata.length)
    return new Set(whole.map(([set]) => setKey(set)))
  }
}

/** One of our sets, and the claim that it belongs to. */
export interface OwnSet {
  readonly claim: Claim
  readonly set: AnnouncedSet
}

/** The sets of claims, each once. */
export function setsOf(claims: readonly Claim[]): AnnouncedSet[] {
  const sets = claims.flatMap(({ unique, shared }) => [...shared, ...unique])
  return [...new Map(sets.map((set) => [setKey(set), set])).values()]
}

/** The same for claims that say the same. */
export function claimContent({ unique, shared }: Claim): string {
  const records = [...unique, ...shared].flatMap((set) => set.rdata.map((one) => `${recordKey(set, one)} ${set.ttl}`))
  return records.join('\n')
}

function recordKey({ name, type }: { readonly name: Name; readonly type: number }, rdata: Rdata): string {
  return `${type} ${nameKey(name)} ${rdataKey(rdata)}`
}

const CLASS_BITS = 0x7fff
