import type { Ending } from '@pstorage/discovery-core'
import { type Name, nameKey, RecordType } from '@pstorage/dns-message'
import { type Lookup, lookUp } from '../lookup.js'
import type { StubResolver } from '../stub-resolver.js'
import type { StubSettings } from '../stub-settings.js'
import type { RecordSet } from './zone-facts.js'

/** The types that checks look at. */
export type CheckedType = 'TXT' | 'SRV' | 'A' | 'AAAA'

/** Looks names up, each once however many checks want it. */
export class ZoneLookups {
  readonly #stub: StubResolver
  readonly #settings: StubSettings
  readonly #ending: Ending
  readonly #known = new Map<string, Promise<Lookup>>()

  constructor(stub: StubResolver, settings: StubSettings, ending: Ending) {
    this.#stub = stub
    this.#settings = settings
    this.#ending = ending
  }

  /** The records of a name. */
  async records<Kind extends CheckedType>(name: Name, kind: Kind): Promise<RecordSet<Kind>> {
    const lookup = await this.#lookUp(name, kind)
    if (lookup.kind === 'failed') return { kind: 'unknown', why: lookup.error.message }
    if (lookup.kind === 'empty') return { kind: 'none', why: lookup.detail ?? 'NODATA' }
    const { rrset, message } = lookup
    return {
      kind: 'found',
      data: rrset.data.filter((data): data is Extract<typeof data, { kind: Kind }> => data.kind === kind),
      ttl: message.header.authoritative ? rrset.ttl : undefined,
      isAlias: rrset.aliases > 0,
      owner: rrset.owner,
    }
  }

  /** The addresses of a host, of both families. */
  async addresses(host: Name): Promise<RecordSet<'A' | 'AAAA'>> {
    const { noAaaa = false } = this.#settings.options
    const sets = await Promise.all([this.records(host, 'A'), ...(noAaaa ? [] : [this.records(host, 'AAAA')])])
    const found = sets.filter((set) => set.kind === 'found')
    const [first] = found
    if (first === undefined) return sets.find(({ kind }) => kind === 'unknown') ?? sets[0]
    const ttls = found.flatMap(({ ttl }) => ttl ?? [])
    const ttl = ttls.length === 0 ? undefined : Math.min(...ttls)
    return { ...first, ttl, data: found.flatMap(({ data }) => data) }
  }

  #lookUp(name: Name, kind: CheckedType): Promise<Lookup> {
    const key = `${kind} ${nameKey(name)}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const lookup = lookUp(this.#stub, this.#settings, { name, type: RecordType[kind] }, this.#ending)
    this.#known.set(key, lookup)
    return lookup
  }
}
