import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import { clusterRecords } from '../zone/cluster-records.js'
import { recordLines } from '../zone/zone-text.js'

/**
 * The results as records of a zone, to be put or included into one: TXT of names, or SRV with addresses. They are relative
 * to the domain, which the zone says. What cannot be a record is a comment; nothing where there are no results.
 */
export function zoneOf(report: DiscoverReport | ResolveReport): string {
  const records =
    'clusters' in report
      ? clusterRecords(report.clusters.map(({ name }) => ({ name, endpoints: [] })))
      : { ...clusterRecords([{ name: report.cluster, endpoints: report.endpoints }]), names: [] }
  const omitted = records.warnings.map(({ message }) => `; ${message}`)
  return [...omitted, ...recordLines(records)].map((line) => `${line}\n`).join('')
}
