import { equalNames, type Question, RecordClass, RecordType } from '@pstorage/dns-message'
import { type AnnouncedSet, setKey } from './announced-set.js'
import { type Claim, negativeSet } from './claim.js'

/** What answers a question, of claims that are established. Where a name of ours has no such record, that is the answer. */
export function answersTo({ name, type, class: flagged }: Question, claims: readonly Claim[]): AnnouncedSet[] {
  const questionClass = flagged & CLASS_BITS
  if (questionClass !== RecordClass.IN && questionClass !== ANY) return []
  const found = new Map<string, AnnouncedSet>()
  for (const claim of claims) {
    const isOwn = equalNames(claim.name, name)
    const sets = [...(isOwn ? claim.unique : []), ...claim.shared.filter((set) => equalNames(set.name, name))]
    const matching = sets.filter((set) => type === RecordType.ANY || type === set.type)
    const answers = isOwn && matching.length === 0 ? [negativeSet(claim)] : matching
    for (const set of answers) found.set(setKey(set), set)
  }
  return [...found.values()]
}

/**
 * What will be asked next, and so goes along: for a pointer the instance and its host, for a service its host, for an address
 * those of the other family, or that there are none.
 *
 * @see RFC 6763 section 12, RFC 6762 section 6.1
 */
export function additionalsTo(answers: readonly AnnouncedSet[], claims: readonly Claim[]): AnnouncedSet[] {
  const found = new Map<string, AnnouncedSet>()
  const add = (set: AnnouncedSet): void => void found.set(setKey(set), set)
  const addHost = (claim: Claim | undefined): void => {
    for (const set of claim?.unique ?? []) add(set)
    if (claim !== undefined && claim.unique.length < ADDRESS_FAMILIES) add(negativeSet(claim))
  }
  for (const claim of claims) {
    const host = claims.find(({ id }) => id === claim.needs)
    const isOwn = answers.some(({ name }) => equalNames(name, claim.name))
    const isListed = claim.shared.some((set) => answers.some((answer) => setKey(answer) === setKey(set)))
    if (isListed && claim.shared.length > 0) for (const set of claim.unique) add(set)
    if (claim.needs !== undefined && (isListed || isOwn)) addHost(host)
    if (claim.needs === undefined && isOwn) addHost(claim)
  }
  for (const answer of answers) found.delete(setKey(answer))
  return [...found.values()]
}

const CLASS_BITS = 0x7fff
const ANY = 255
const ADDRESS_FAMILIES = 2
