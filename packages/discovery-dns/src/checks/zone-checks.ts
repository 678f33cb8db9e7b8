import { type CheckDescription, type Finding, finding } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import { checkSrvHosts, hostAddressCheck, hostAliasCheck, hostUsableCheck } from './srv-hosts.js'
import { checkSrvRecords, srvPortCheck, srvPresentCheck, srvTargetCheck } from './srv-records.js'
import { checkTtls, ttlCheck } from './ttl.js'
import { checkTxtComplete, checkTxtPresent, txtCompleteCheck, txtPresentCheck } from './txt-present.js'
import {
  checkTxtRecords,
  txtCaseCheck,
  txtDuplicatesCheck,
  txtFullCheck,
  txtMinusCheck,
  txtNamesCheck,
} from './txt-records.js'
import { checkWildcards, wildcardCheck } from './wildcard.js'
import type { ZoneFacts } from './zone-facts.js'

/** The checks of what a zone says about clusters, wherever it was read. */
export const zoneChecks: readonly CheckDescription[] = [
  txtPresentCheck,
  txtNamesCheck,
  txtMinusCheck,
  txtDuplicatesCheck,
  txtCaseCheck,
  txtFullCheck,
  txtCompleteCheck,
  srvPresentCheck,
  srvTargetCheck,
  srvPortCheck,
  hostAddressCheck,
  hostAliasCheck,
  hostUsableCheck,
  ttlCheck,
  wildcardCheck,
]

/** @param isOnlyHope whether no other domain has clusters either, or the wanted one */
export function* checkZoneFacts(facts: ZoneFacts, isOnlyHope: boolean): Iterable<Finding> {
  yield* checkTxtPresent(facts, isOnlyHope)
  yield* checkTxtRecords(facts)
  yield* checkTxtComplete(facts)
  yield* checkSrvRecords(facts, isOnlyHope)
  yield* checkSrvHosts(facts)
  yield* checkTtls(facts)
  yield* checkWildcards(facts)
  const { clustersLeftOut, clusters, domain } = facts
  if (clustersLeftOut === 0) return
  yield finding(srvPresentCheck, 'warning', {
    subject: nameToText(domain),
    seen: `not checked: ${clustersLeftOut} more clusters; only the first ${clusters.length} were looked at`,
    meaning: 'name a cluster to have it checked, or allow a zone transfer',
    checked: false,
  })
}
