import { type Name, nameKey, type Octets, RecordClass, RecordType, type ResourceRecord } from '@pstorage/dns-message'
import { CLASS_BITS, negativeRdata, type RRset, rdataKey, rdataOf, rrsetKey } from '../records/rrset.js'
import { RECORD_INTERVAL } from './answer-schedule.js'

/** A name that this host claims on a link, with its records. It is probed before it is announced. */
export interface Registration {
  /** Stays the same when the name changes. */
  readonly id: string
  readonly name: Name
  /** The records of that name; no other host may have any. */
  readonly unique: readonly RRset[]
  /** Records of other names that point to it; other hosts have such records too. */
  readonly shared: readonly RRset[]
  /** The id of the registration that must be established first: that of its host. */
  readonly dependsOn: string | undefined
}

/** Returns the NSEC record that lists the types of a name, and so denies all others. */
export function negativeRRset({ name, unique }: Registration): RRset {
  const ttl = Math.min(...unique.map((set) => set.ttl))
  const types = unique.map(({ type }) => type)
  return { name, type: RecordType.NSEC, unique: true, ttl, rdata: [negativeRdata(name, types)] }
}

/** The progress of a registration on one link. Times are those of the clock, in milliseconds. */
export class RegistrationState {
  registration: Registration
  phase: 'probing' | 'established' = 'probing'
  /** The time of the next probe, of the end of probing, or of the next announcement. */
  dueAt: number
  /** The number of probes since probing began. */
  probes = 0
  /** The number of announcements since the last change. */
  announcements = 0
  /** True once others on the link may have received it. */
  wasAnnounced = false
  /** True when it was announced since it was probed: until then, a change of its records has to be probed. */
  isAnnounced = false

  constructor(registration: Registration, dueAt: number) {
    this.registration = registration
    this.dueAt = dueAt
  }

  /** Starts probing with the first probe. */
  probe(dueAt: number): void {
    this.phase = 'probing'
    this.probes = 0
    this.dueAt = dueAt
    this.isAnnounced = false
  }

  probed(now: number): void {
    this.probes += 1
    this.dueAt = now + PROBE_INTERVAL
  }

  /** True when all probes were sent, and no host has answered the last one in time. */
  isUncontested(now: number): boolean {
    return this.phase === 'probing' && this.probes === PROBES && this.dueAt <= now
  }

  /** Ends probing: the name is ours, and is announced at once. */
  establish(now: number): void {
    this.phase = 'established'
    this.announce(now)
  }

  /** Starts announcing with the first announcement. */
  announce(dueAt: number): void {
    this.announcements = 0
    this.dueAt = dueAt
  }

  /** Records an announcement: there are three, one second and then two seconds apart. */
  announced(now: number): void {
    this.announcements += 1
    this.wasAnnounced = true
    this.isAnnounced = true
    const wait = RECORD_INTERVAL * 2 ** (this.announcements - 1)
    this.dueAt = this.announcements < ANNOUNCEMENTS ? now + wait : Number.POSITIVE_INFINITY
  }
}

/**
 * Returns the state after a change of a registration: it continues while the name stays. Changed records are announced
 * again, or probed again if none was announced since the probes.
 *
 * @param start the time of the first probe, where one is needed
 * @see RFC 6762 sections 8.1 and 8.4
 */
export function continuedState(
  before: RegistrationState | undefined,
  registration: Registration,
  now: number,
  start: number,
): RegistrationState {
  if (before === undefined || nameKey(before.registration.name) !== nameKey(registration.name))
    return new RegistrationState(registration, start)
  const isChanged = registrationContent(before.registration) !== registrationContent(registration)
  before.registration = registration
  if (isChanged && before.isAnnounced) before.announce(now)
  else if (isChanged) before.probe(start)
  return before
}

/** The states of the registrations on a link, by id. */
type RegistrationStates = ReadonlyMap<string, RegistrationState>

/** Tells whether the name of a registration is ours. */
export function isEstablished(states: RegistrationStates, id: string): boolean {
  return states.get(id)?.phase === 'established'
}

/** Tells whether a registration is established, and the one that it depends on too. */
export function isSettled(states: RegistrationStates, { id, dependsOn = id }: Registration): boolean {
  return isEstablished(states, id) && isEstablished(states, dependsOn)
}

/**
 * Returns a registration, and those that depend on it and were not announced yet: probed earlier, they would have to be
 * defended before they can be answered for.
 */
export function probedTogether(states: RegistrationStates, state: RegistrationState): readonly RegistrationState[] {
  const dependents = [...states.values()].filter(({ registration, isAnnounced }) => {
    return registration.dependsOn === state.registration.id && !isAnnounced
  })
  return [state, ...dependents]
}

/** RFC 6762 section 8.1: three probes, 250 ms apart, and 250 ms for the answer to the last. */
const PROBES = 3
const PROBE_INTERVAL = 250
/** RFC 6762 section 8.3: two to eight, the first two a second apart, and each wait at least twice as long as the one before. */
const ANNOUNCEMENTS = 3

/**
 * Index of registrations by the names and data of their records: finds the one that a record of another host concerns.
 */
export class RegistrationIndex {
  readonly #byName = new Map<string, Registration>()
  readonly #byRecord = new Map<string, OwnRRset>()
  readonly #byOwner = new Map<string, OwnRRset[]>()

  constructor(registrations: readonly Registration[]) {
    for (const registration of registrations) {
      this.#byName.set(nameKey(registration.name), registration)
      for (const set of [...registration.unique, ...registration.shared]) {
        for (const rdata of set.rdata) this.#byRecord.set(recordKey(set, rdata), { registration, set })
        const owner = nameKey(set.name)
        const known = this.#byOwner.get(owner)
        if (known === undefined) this.#byOwner.set(owner, [{ registration, set }])
        else known.push({ registration, set })
      }
    }
  }

  registrationOf(name: Name): Registration | undefined {
    return this.#byName.get(nameKey(name))
  }

  setsOf(name: Name): readonly OwnRRset[] {
    return this.#byOwner.get(nameKey(name)) ?? []
  }

  /**
   * Returns our RRset that holds the same record, else the registration of its name; `undefined` for a record of other
   * names.
   */
  about(record: ResourceRecord): Partial<OwnRRset> | undefined {
    if ((record.class & CLASS_BITS) !== RecordClass.IN) return undefined
    const owner = nameKey(record.name)
    const registration = this.#byName.get(owner)
    // Most records are about other names.
    if (registration === undefined && !this.#byOwner.has(owner)) return undefined
    return (
      this.#byRecord.get(`${record.type} ${owner} ${rdataKey(record.type, rdataOf(record.data))}`) ??
      (registration && { registration })
    )
  }

  /** Returns our RRset that holds the same record. */
  sameAs(record: ResourceRecord): RRset | undefined {
    return this.about(record)?.set
  }

  /** Returns the keys of the RRsets that a list of known answers holds whole, with at least half of their TTL. */
  knownKeys(known: readonly ResourceRecord[]): ReadonlySet<string> {
    const keysBySet = new Map<RRset, Set<string>>()
    for (const record of known) {
      const set = this.sameAs(record)
      if (set === undefined || record.ttl < set.ttl / 2) continue
      keysBySet.set(set, (keysBySet.get(set) ?? new Set()).add(rdataKey(record.type, rdataOf(record.data))))
    }
    const whole = [...keysBySet].filter(([{ rdata }, keys]) => keys.size === rdata.length)
    return new Set(whole.map(([set]) => rrsetKey(set)))
  }
}

/** One of our RRsets, and its registration. */
interface OwnRRset {
  readonly registration: Registration
  readonly set: RRset
}

/** Returns the RRsets of registrations, each once. */
export function rrsetsOf(registrations: readonly Registration[]): RRset[] {
  const sets = registrations.flatMap(({ unique, shared }) => [...shared, ...unique])
  return [...new Map(sets.map((set) => [rrsetKey(set), set])).values()]
}

/** Returns text that is equal for registrations with the same records. */
export function registrationContent({ unique, shared }: Registration): string {
  const records = [...unique, ...shared].flatMap((set) => set.rdata.map((one) => `${recordKey(set, one)} ${set.ttl}`))
  return JSON.stringify(records)
}

function recordKey({ name, type }: { readonly name: Name; readonly type: number }, rdata: Octets): string {
  return `${type} ${nameKey(name)} ${rdataKey(type, rdata)}`
}
