import { equalNames, type Question, RecordClass, RecordType } from '@pstorage/dns-message'
import { type AnnouncedSet, setKey } from './announced-set.js'
import { type Claim, negativeSet } from './claim.js'
import type { ClaimIndex } from './claim-index.js'

/**
 * What answers a question. Where a name of ours has no such record, that is the answer.
 *
 * @param isSettled whether a claim may be answered for
 */
export function answersTo(
  { name, type, class: flagged }: Question,
  index: ClaimIndex,
  isSettled: (claim: Claim) => boolean,
): AnnouncedSet[] {
  const questionClass = flagged & CLASS_BITS
  if (questionClass !== RecordClass.IN && questionClass !== ANY) return []
  const found = new Map<string, AnnouncedSet>()
  const own = index.setsOf(name).filter(({ claim }) => isSettled(claim))
  for (const { set } of own) if (type === RecordType.ANY || type === set.type) found.set(setKey(set), set)
  if (found.size > 0) return [...found.values()]
  const claim = index.claimOf(name)
  return claim !== undefined && isSettled(claim) ? [negativeSet(claim)] : []
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
