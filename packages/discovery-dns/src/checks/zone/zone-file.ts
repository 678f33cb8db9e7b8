import { resolve as absolutePath } from 'node:path'
import {
  type ClusterName,
  checkOptionNames,
  escapeText,
  type FileError,
  openRegularFile,
} from '@pstorage/discovery-core'
import { type CheckDescription, commands, type Finding, finding, shellText } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import { parseDomain, parseLabels } from '../../config/domain-name.js'
import { readWrittenZone } from './written-zone.js'
import { checkZoneFacts } from './zone-checks.js'
import type { WrittenRecord } from './zone-facts.js'
import { type ProgramLimits, readZoneFile, type ZoneReading } from './zone-program.js'

/** The check that a zone file loads. */
export const zoneFileCheck: CheckDescription = {
  id: 'dns-zone-file',
  checks: 'the zone file loads, as named-compilezone or kzonecheck reads it',
  levels: ['ok', 'error'],
}

/** The check that BIND loads a zone that other name servers load. */
export const zoneBindCheck: CheckDescription = {
  id: 'dns-zone-bind',
  checks:
    'BIND loads the zone with its defaults: the names of hosts (check-names), and no more than 100 records of a type at a name',
  levels: ['ok', 'error'],
}

/** The default of max-records-per-type of BIND; named-compilezone does not apply it. */
const MOST_OF_A_TYPE = 100

/** Options of {@link checkZoneFile}. */
export interface CheckZoneFileOptions {
  /** The origin and search domain. */
  readonly domain: string
  /** The path of the file. */
  readonly file: string
  /** The only cluster to check; default: all. */
  readonly cluster?: ClusterName | undefined
  /** Default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** Default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /** The directories of programs; default: `/usr/sbin`, `/usr/bin` and those below `/usr/local`. */
  readonly path?: readonly string[] | undefined
  /** Limits of the program; default: 60 s, 500,000 records, 128 MiB of text, 1 GiB of memory. */
  readonly limits?: Partial<ProgramLimits> | undefined
  /** Ends the check at once; the generator rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof CheckZoneFileOptions, 'list' | 'other'>> = {
  domain: 'other',
  file: 'other',
  cluster: 'other',
  service: 'other',
  clustersRecord: 'other',
  path: 'list',
  limits: 'other',
  signal: 'other',
}

/**
 * Checks the records of clusters in a zone file. The file is read by `named-compilezone`, or by `kzonecheck` of Knot 3.3 and
 * later, whichever is installed, within limits of time, memory and output. No finding quotes the file.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for an unknown option or an invalid domain; the reason of the signal
 */
export async function* checkZoneFile(options: CheckZoneFileOptions): AsyncGenerator<Finding, void, void> {
  checkOptionNames('checkZoneFile', options, optionNames)
  const domain = parseDomain(options.domain)
  const { file, cluster: wanted, signal } = options
  const subject = escapeText(file)
  const fault = await readingFault(file)
  if (fault !== undefined) {
    yield finding(zoneFileCheck, 'error', {
      subject,
      seen: fault,
      meaning: 'nothing in it was checked',
      remedies: commands('you', shellText`namei -l ${absolutePath(file)}`),
      checked: false,
    })
    return
  }
  const { path: directories, limits } = options
  const reading = await readZoneFile(absolutePath(file), nameToText(domain), { directories, limits, signal })
  if (reading.kind !== 'read') {
    yield unreadFinding(reading, subject, shellText`named-checkzone ${nameToText(domain)} ${absolutePath(file)}`)
    return
  }
  const { records, program, nameFaults } = reading
  yield finding(zoneFileCheck, 'ok', { subject, seen: `${program} loads it` })
  if (program === 'named-compilezone') {
    yield bindFinding([...nameFaults, ...tooManyRecords(records)], subject, nameToText(domain), file)
  }
  const [service, clustersRecord] = [options.service ?? '_pstorage._tcp', options.clustersRecord ?? 'pstorage_clusters']
  const scope = { domain, apex: domain, origin: subject, wanted }
  const names = { service: parseLabels(service), clustersRecord: parseLabels(clustersRecord) }
  for (const each of checkZoneFacts(readWrittenZone(records, { ...scope, ...names }), true)) {
    // Records of other zones are not in this file, and were not queried.
    if (each.checked) yield each
  }
}

/** Resolves to the reason why the file cannot be read. */
async function readingFault(file: string): Promise<string | undefined> {
  try {
    const { handle } = await openRegularFile(file)
    await handle.close()
    return undefined
  } catch (error) {
    return (error as FileError).reason // opening fails with nothing else
  }
}

function unreadFinding(
  reading: Exclude<ZoneReading, { kind: 'read' }>,
  subject: string,
  look: string | undefined,
): Finding {
  switch (reading.kind) {
    case 'no program':
      return finding(zoneFileCheck, 'error', {
        subject,
        seen: `not checked: ${reading.why}`,
        meaning: 'a zone file is read by the programs of a name server: those of BIND (bind9-utils) or Knot',
        remedies: commands('root', { software: 'Debian', text: 'apt-get install bind9-utils' }),
        checked: false,
      })
    case 'too much':
      return finding(zoneFileCheck, 'error', {
        subject,
        seen: `not checked: ${escapeText(reading.why)}`,
        meaning: 'a zone with clusters has some hundred records; a $GENERATE or an $INCLUDE may be wrong',
        remedies: commands('you', look),
        checked: false,
      })
    case 'refused':
      return finding(zoneFileCheck, 'error', {
        subject,
        seen: `${reading.program} refuses it: ${escapeText(reading.why, { maxLength: 1_000 })}`,
        meaning: 'no name server loads this zone; the message names the wrong line',
        remedies: commands('you', look),
      })
  }
}

function bindFinding(faults: readonly string[], subject: string, domain: string, file: string): Finding {
  if (faults.length === 0) return finding(zoneBindCheck, 'ok', { subject, seen: 'BIND loads it' })
  return finding(zoneBindCheck, 'error', {
    subject,
    seen: `BIND refuses the whole zone: ${escapeText(faults.join('; '), { maxLength: 1_000 })}`,
    meaning: 'Knot and NSD load it; named does not, unless check-names or max-records-per-type is set otherwise',
    remedies: commands('you', shellText`named-checkzone -k fail ${domain} ${absolutePath(file)}`),
  })
}

function tooManyRecords(records: readonly WrittenRecord[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { name, data } of records) {
    const set = `${nameToText(name).toLowerCase()} ${data.kind}`
    counts.set(set, (counts.get(set) ?? 0) + 1)
  }
  return [...counts].flatMap(([set, count]) => (count > MOST_OF_A_TYPE ? `${set}: ${count} records` : []))
}
