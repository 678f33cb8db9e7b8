import {
  type AttemptHandle,
  type CancellationToken,
  type ClusterName,
  clusterNameFault,
  clusterNameKey,
  parseClusterName,
  quoteText,
  type Warning,
} from '@pstorage/discovery-core'
import { type Name, nameToText, type RecordData, RecordType } from '@pstorage/dns-message'
import { WarningList } from '../client/current-settings.js'
import type { WantedRecords } from '../reply/query.js'
import { confirmDenial } from './confirm-denial.js'
import { type DnsContext, dnsSource, finishWithoutRecords, lookUpIn, warnOfServers } from './dns-context.js'
import { failureOfOmission, type Lookup, type LookupEmpty, type LookupFound, serverAttempts } from './lookup.js'

/** The result of querying one domain for its names by TXT: `no names` also where a denial does not count. */
export type TxtResult = 'names' | 'no names' | 'no answer'

/** One lookup of names. */
export interface NamesLookup {
  /** The only name that matters; default: all. */
  readonly wanted?: ClusterName | undefined
  /** Called as soon as there is a denial, while its proof is still looked for. */
  readonly denied?: (() => void) | undefined
  /** Default: that of the query. */
  readonly ending?: CancellationToken | undefined
  /** Tells why the lookup is not needed any more, once `ending` has aborted for that. */
  readonly notNeeded?: (() => string | undefined) | undefined
}

/** Asks one search domain for the names in its TXT records, and emits them: all, or the wanted one alone. */
export async function lookUpNames(context: DnsContext, domain: Name, options: NamesLookup = {}): Promise<TxtResult> {
  const { query, clustersRecord } = context
  const { wanted, denied, ending = query.cancellation, notNeeded } = options
  const name = [...clustersRecord, ...domain]
  const target = nameToText(name)
  const attempt = query.startAttempt({ method: 'dns-txt', target })
  const question = { name, type: RecordType.TXT, domain, wanted: listOf(wanted) }
  let lookup = await lookUpIn(context, question, ending)
  if (lookup.kind === 'empty') {
    denied?.()
    lookup = await confirmDenial(context, question, lookup, ending)
  }
  const why = notNeeded?.()
  if (why !== undefined) {
    attempt.finish('skipped', { detail: why })
    return 'no answer'
  }
  if (lookup.kind === 'found') return emitNames(context, lookup, attempt, { target, wanted })
  return endWithoutNames(context, lookup, attempt)
}

/** Of a list that has no name, or not the one that matters, another server may have a better one. */
function listOf(wanted: ClusterName | undefined): WantedRecords {
  if (wanted === undefined) return ANY_NAME
  return { key: clusterNameKey(wanted), isAmong: (records) => namesIn(records, '').names.some(isSame(wanted)) }
}

const ANY_NAME: WantedRecords = { key: '', isAmong: (records) => namesIn(records, '').names.length > 0 }

function isSame(wanted: ClusterName): (name: ClusterName) => boolean {
  const key = clusterNameKey(wanted)
  return (name) => clusterNameKey(name) === key
}

function namesIn(records: readonly RecordData[], owner: string): TxtNames {
  return namesOfTxt(
    records.flatMap((data) => (data.kind === 'TXT' ? data.strings : [])),
    owner,
  )
}

function endWithoutNames(context: DnsContext, lookup: Exclude<Lookup, LookupFound>, attempt: AttemptHandle): TxtResult {
  const { alias } = lookup
  if (lookup.kind === 'empty') warnOfServers(context, lookup)
  if (lookup.kind === 'empty' && alias !== undefined) endDangling(lookup, nameToText(alias.target), attempt)
  else finishWithoutRecords(attempt, lookup)
  const hasDenial = lookup.servers.some(({ denial }) => denial !== undefined)
  return lookup.kind === 'empty' || hasDenial ? 'no names' : 'no answer'
}

/** The owner of the list is an alias: that its target has none says nothing about the list (rule D3). */
function endDangling({ server, servers, why }: LookupEmpty, target: string, attempt: AttemptHandle): void {
  const message = `the list is an alias of ${target}, which has no TXT records (${why})`
  attempt.finish('failed', {
    server: server.text,
    error: { code: 'EALIAS', message },
    servers: serverAttempts(servers),
  })
}

function emitNames(
  context: DnsContext,
  lookup: LookupFound,
  attempt: AttemptHandle,
  { target, wanted }: { readonly target: string; readonly wanted: ClusterName | undefined },
): TxtResult {
  const { query, settings } = context
  warnOfServers(context, lookup)
  const { rrset, authenticated, detail } = lookup
  const server = lookup.server.text
  const servers = serverAttempts(lookup.servers)
  const { names, warnings } = namesIn(rrset.data, target)
  for (const warning of warnings) query.emit({ type: 'warning', ...warning })
  const shown = wanted === undefined ? names : names.filter(isSame(wanted))
  const source = dnsSource('dns-txt', target, { server, ttl: rrset.ttl, authenticated })
  for (const name of shown) query.emit({ type: 'cluster', name, source })
  if (shown.length > 0) {
    attempt.finish('found', { server, count: shown.length, detail, servers })
    return 'names'
  }
  if (wanted === undefined && warnings.some(({ code }) => code === 'txt-name-invalid')) {
    // The record was meant to list something: that is no list without clusters.
    const error = { code: 'EBADNAMES', message: 'the list has no cluster name, only what cannot be one' }
    attempt.finish('malformed', { server, error, servers })
    return 'no names'
  }
  const failure = failureOfOmission(lookup, settings.servers)
  if (failure !== undefined) finishWithoutRecords(attempt, failure)
  // That a list leaves a name out holds for as long as the list does.
  else attempt.finish('empty', { server, detail, negativeTtl: rrset.ttl, servers })
  return 'no names'
}

/** The longest character-string (RFC 1035 section 3.3). */
const FULL_STRING = 255

/** Cluster names of TXT records. */
export interface TxtNames {
  /** Each once, in the order and with the spelling in which they first came. */
  readonly names: readonly ClusterName[]
  readonly warnings: readonly Warning[]
}

/**
 * Reads the cluster names of TXT records: several records, each of several character-strings, each a comma-separated list
 * of its own. The strings of a record are not joined, or `"a,b" "c,d"` would name a cluster `bc`.
 *
 * @param strings the character-strings of all records
 * @param owner where they stand, for warnings
 * @see pstorage-discovery(7), Discover available Pstorage clusters via DNS TXT records
 */
export function namesOfTxt(strings: readonly Uint8Array[], owner: string): TxtNames {
  const names = new Map<string, ClusterName>()
  const faults = new WarningList(owner)
  const spelling = (name: ClusterName): void => {
    const known = names.get(clusterNameKey(name))
    if (known === undefined) names.set(clusterNameKey(name), name)
    else if (known !== name) {
      faults.add(
        'txt-name-case',
        `${known} and ${name} differ in case only, which DNS cannot tell apart; ${known} is shown`,
      )
    }
  }
  for (const string of strings) {
    const text = Buffer.from(string.buffer, string.byteOffset, string.length).toString('utf8')
    if (string.length === FULL_STRING && !text.endsWith(',')) {
      const fault = `a string of exactly ${FULL_STRING} octets may have cut its last name; split it at a comma`
      faults.add('txt-string-full', fault)
    }
    for (const item of text.split(',')) {
      const name = item.replace(/^[ \t]+|[ \t]+$/g, '')
      if (name === '') continue
      const fault = clusterNameFault(name)
      if (fault === undefined) spelling(parseClusterName(name))
      else faults.add('txt-name-invalid', `${quoteText(name, { maxLength: 80 })} is not a cluster name: ${fault}`)
    }
  }
  return { names: [...names.values()], warnings: faults.warnings }
}
