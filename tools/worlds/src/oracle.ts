import type { Outcome } from '@pstorage/discovery-core'
import { dnsEndpoints } from './name-servers.js'
import { LIST_ENDPOINT } from './simulated-files.js'
import { LINK_ENDPOINT } from './simulated-network.js'
import type { ServerState, World } from './world.js'

/**
 * Says what may be answered in a world, from sections 4.1 and 4.2 of the design and not from the code. Wherever those leave
 * a choice, so does this.
 */
export interface Allowed {
  readonly outcomes: ReadonlySet<Outcome>
  /** Sets of endpoints that are right where the outcome is `found`, each sorted. */
  readonly endpoints: readonly (readonly string[])[]
  /** By search domain: whether its attempt for SRV may end as `empty`. */
  readonly mayBeEmpty: readonly boolean[]
}

export type Pair = readonly [ServerState, ServerState]

/** D1 and D3: fresh, and with its proof. */
const denies = (state: ServerState): boolean => state === 'NXDOMAIN' || state === 'NODATA'
const has = (state: ServerState): boolean => state === 'has it' || state === 'late'
/** Says what TXT has, also where it cannot deny. */
const answers = (state: ServerState): boolean =>
  has(state) || denies(state) || state === 'stale no' || state === 'filtered'

/** D2: a no of the first server needs no other; a no of another one waits for those before it. */
export const isDenied = ([first]: Pair): boolean => denies(first)
/** A yes may come from any server, */
export const mayHave = (pair: Pair): boolean => pair.some(has)
/** and has to be heard unless the first one has denied, which may end it. */
const mustHave = (pair: Pair): boolean => mayHave(pair) && !isDenied(pair)

/** Section 4.2: between the k-th and the first backend, and what the preferred ones get once another has found something. */
const [STAGGER, GRACE] = [250, 1_000]
/** The extra time of a search domain once one after it has the cluster. */
const DOMAIN_GRACE = 1_000
/** Between two sends of a question; and what it takes at the most to find out that a server is unreadable. */
const [INTERVAL, LADDER] = [400, 2_000]

export function allowedIn(world: World): Allowed {
  const { choice, dns, isListed, bootstrap, multicast, policy } = world
  const fromDns = dnsResults(dns)
  const isAlone = choice === 'dns alone'
  const [list, link] = [!isAlone && bootstrap === 'has it', !isAlone && multicast === 'has it']
  const found = { must: fromDns.must || list || link, may: dns.some(mayHave) || list || link }
  const known = { must: isListed && dns.some(isDenied), may: isListed && dns.some((pair) => pair.some(answers)) }
  const isDeniedByAny = dns.length > 0 || bootstrap === 'has not'
  // D5 and D6: what is not configured, and silence, contribute nothing.
  const othersAgree = (bootstrap === 'has not' || bootstrap === 'not configured') && multicast === 'silent'
  const absent = isDeniedByAny && dns.every(isDenied) && (isAlone || othersAgree)

  const outcomes = new Set<Outcome>()
  if (found.may) outcomes.add('found')
  if (!found.must && known.may) outcomes.add('known')
  if (!found.must && !known.must) outcomes.add(absent ? 'absent' : 'undetermined')

  const others = [...(list ? [LIST_ENDPOINT] : []), ...(link ? [LINK_ENDPOINT] : [])]
  return {
    outcomes,
    mayBeEmpty: dns.map(isDenied),
    endpoints: policy === 'merge' ? merged(fromDns, others) : first(fromDns, others),
  }
}

interface DnsResults {
  /** The endpoints that DNS may come with. */
  readonly choices: readonly string[]
  readonly must: boolean
  /** The longest that it may take. */
  readonly latest: number
}

/** Namesakes: the first search domain that has the cluster wins, in the time that it has. */
function dnsResults(dns: readonly Pair[]): DnsResults {
  const choices = dns.map((pair, index) => (mayHave(pair) && !isBeaten(dns, index) ? (dnsEndpoints[index] ?? '') : ''))
  const must = dns.some(mustHave)
  const waits = dns.some((pair) => pair.some((state) => state === 'silent' || state === 'unreadable'))
  return { choices: choices.filter((one) => one !== ''), must, latest: waits ? 3 * LADDER : 2 * INTERVAL }
}

/** Returns true where a search domain before it always wins. */
function isBeaten(dns: readonly Pair[], index: number): boolean {
  const earliest = timesOf(dns[index] as Pair)[0]
  return dns.slice(0, index).some((pair) => mustHave(pair) && timesOf(pair)[1] < earliest + DOMAIN_GRACE)
}

/** Milliseconds until a search domain says that it has the cluster: at the least and at the most. */
function timesOf(pair: Pair): readonly [number, number] {
  let [least, most] = [0, 0]
  for (const state of pair) {
    if (state === 'has it') return [least, most + 10]
    if (state === 'late') return [least + 600, most + 610]
    if (state === 'silent') [least, most] = [least + INTERVAL, most + INTERVAL + 10]
    else most += state === 'unreadable' ? LADDER : 10
  }
  return [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
}

/** `merge` unites what all have. */
function merged({ choices, must }: DnsResults, others: readonly string[]): (readonly string[])[] {
  const sets = choices.map((choice) => [choice, ...others].sort())
  return must ? sets : [...sets, [...others].sort()]
}

/** `first` takes the most preferred that has something, in the time that it has. */
function first({ choices, must, latest }: DnsResults, others: readonly string[]): (readonly string[])[] {
  const isPrompt = must && latest < STAGGER + GRACE
  // A list is read at once, so that nothing after it wins.
  return [...choices, ...(isPrompt ? [] : others.slice(0, 1))].map((one) => [one])
}
