import type { Outcome } from '@pstorage/discovery-core'
import type { DiscoverWorld, NamesSource } from './discover-world.js'

/** Says what `discover` may answer in a world, from section 4.1 of the design. */
export function allowedNames({ axfr, dns }: DiscoverWorld): ReadonlySet<Outcome> {
  const must = dns.some((sources) => mustFind(sources, axfr))
  const may = must || dns.some((sources) => sources.some((source) => lists(source) || transfersNames(source)))
  const outcomes = new Set<Outcome>()
  if (may) outcomes.add('found')
  if (!must) outcomes.add(dns.every(isDenied) ? 'absent' : 'undetermined')
  return outcomes
}

const lists = ({ txt }: NamesSource): boolean => txt === 'has it' || txt === 'late'
const denies = ({ txt }: NamesSource): boolean => txt === 'NXDOMAIN' || txt === 'NODATA' || txt === 'no names'
const isReachable = ({ txt }: NamesSource): boolean => txt !== 'silent' && txt !== 'closed'
/** D4: a CNAME at the owner is a name. */
const transfersNames = (source: NamesSource): boolean =>
  isReachable(source) && (source.transfer === 'names' || source.transfer === 'alias')
const gaveNoZone = (source: NamesSource): boolean =>
  !isReachable(source) || ['refused', 'cut short', 'silent'].includes(source.transfer)

/** D1 to D4: the first server denies names in TXT, and its zone, which is complete, has none and is not cut. */
function isDenied([first]: readonly NamesSource[]): boolean {
  return first !== undefined && denies(first) && first.transfer === 'nothing'
}

function mustFind(sources: readonly NamesSource[], axfr: DiscoverWorld['axfr']): boolean {
  const [first] = sources
  if (first === undefined) return false
  if (sources.some(lists) && !denies(first)) return true
  // A zone is transferred where TXT has no names, and its place is known by the first server then.
  const isAsked = denies(first) || (axfr === 'always' && lists(first))
  if (!isAsked) return false
  const giver = sources.find((source) => !gaveNoZone(source))
  return giver !== undefined && transfersNames(giver)
}
