import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { type Name, nameToText, type RecordData } from '@pstorage/dns-message'
import type { RecordSet, ZoneFacts } from './zone-facts.js'
import { zoneLine } from './zone-line.js'
import { zoneRemedy } from './zone-remedy.js'

/** A day: what is wrong for longer is wrong for too long. */
const MOST = 86_400
/** Below this every client asks nearly every time. */
const LEAST = 5

/** Whether answers are kept for a sensible time. */
export const ttlCheck: CheckDescription = {
  id: 'dns-ttl',
  checks: `records may be kept for ${LEAST} seconds to a day`,
  levels: ['ok', 'notice', 'warning'],
}

/** Looks at the TTLs of everything that leads to a metadata server. */
export function* checkTtls(facts: ZoneFacts): Iterable<Finding> {
  const { list, listOwner, clusters, hosts, domain } = facts
  const sets: readonly (readonly [Name, RecordSet<'TXT' | 'SRV' | 'A' | 'AAAA'>])[] = [
    [listOwner, list],
    ...clusters.map(({ owner, srv }) => [owner, srv] as const),
    ...[...hosts.values()].map(({ host, addresses }) => [host, addresses] as const),
  ]
  let isFine = true
  let known = 0
  for (const [owner, set] of sets) {
    if (set.kind !== 'found' || set.ttl === undefined) continue
    known += 1
    if (set.ttl >= LEAST && set.ttl <= MOST) continue
    isFine = false
    yield ttlFinding(facts, set.isAlias ? set.owner : owner, { ttl: set.ttl, data: set.data })
  }
  if (isFine && known > 0) {
    yield finding(ttlCheck, 'ok', { subject: nameToText(domain), seen: `${known} sets of records: ${ttlCheck.checks}` })
  }
}

function ttlFinding(
  facts: ZoneFacts,
  owner: Name,
  { ttl, data }: { readonly ttl: number; readonly data: readonly RecordData[] },
): Finding {
  const isShort = ttl < LEAST
  const better = isShort ? 300 : MOST
  return finding(ttlCheck, isShort ? 'warning' : 'notice', {
    subject: nameToText(owner),
    seen: `the TTL of its ${data[0]?.kind} records is ${ttl} s`,
    meaning: isShort
      ? 'nobody may keep the answer: each look-up goes to the name servers, and fails with them'
      : 'a change takes as long to be seen everywhere',
    remedies: [
      zoneRemedy(facts, {
        replaces: data.map((record) => zoneLine(owner, ttl, record)).join('\n'),
        text: data.map((record) => zoneLine(owner, better, record)).join('\n'),
      }),
    ],
  })
}
