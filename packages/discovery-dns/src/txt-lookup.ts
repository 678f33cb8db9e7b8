import { type ClusterName, clusterNameKey } from '@pstorage/discovery-core'
import { type Name, nameToText, RecordType } from '@pstorage/dns-message'
import { type DnsContext, dnsSource, endUnfound, lookUpIn, warnOfServers } from './dns-context.js'
import { namesOfTxt } from './txt-names.js'

/** What asking one domain for its names by TXT came to. */
export type TxtResult = 'names' | 'no names' | 'no answer'

/** Asks one search domain for the names in its TXT records, and emits them: all, or the wanted one alone. */
export async function lookUpNames(context: DnsContext, domain: Name, wanted?: ClusterName): Promise<TxtResult> {
  const { question, clustersRecord } = context
  const owner = [...clustersRecord, ...domain]
  const target = nameToText(owner)
  const asked = question.asking({ method: 'dns-txt', target })
  const lookup = await lookUpIn(context, owner, RecordType.TXT, question.ending)
  if (lookup.kind !== 'found') {
    if (lookup.kind === 'empty') warnOfServers(context, lookup)
    endUnfound(asked, lookup)
    return lookup.kind === 'empty' ? 'no names' : 'no answer'
  }
  warnOfServers(context, lookup)
  const { rrset, authenticated, detail } = lookup
  const server = lookup.server.text
  const strings = rrset.data.flatMap((data) => (data.kind === 'TXT' ? data.strings : []))
  const { names, warnings } = namesOfTxt(strings, target)
  for (const warning of warnings) question.emit({ type: 'warning', ...warning })
  const shown = wanted === undefined ? names : names.filter((name) => clusterNameKey(name) === clusterNameKey(wanted))
  const source = dnsSource('dns-txt', target, { server, ttl: rrset.ttl, authenticated })
  for (const name of shown) question.emit({ type: 'cluster', name, source })
  if (shown.length > 0) {
    asked.ended('found', { server, count: shown.length, detail })
    return 'names'
  }
  // That a list leaves a name out holds for as long as the list does.
  asked.ended('empty', { server, detail, negativeTtl: rrset.ttl })
  return 'no names'
}
