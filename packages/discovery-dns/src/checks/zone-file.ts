import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { resolve as absolutePath, delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type ClusterName, escapeText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, remedy, shellWord } from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import { parseDomain } from '../domain-name.js'
import { canonicalRecord } from './canonical-record.js'
import { writtenZone } from './written-zone.js'
import { checkZoneFacts } from './zone-checks.js'

/** Whether a zone file is one. */
export const zoneFileCheck: CheckDescription = {
  id: 'dns-zone-file',
  checks: 'the zone file loads, as named-compilezone or kzonecheck reads it',
  levels: ['ok', 'error'],
}

/** What is checked in a zone file. */
export interface CheckZoneFileOptions {
  /** The origin, below which clusters are looked for. */
  readonly domain: string
  /** The path of the file. */
  readonly file: string
  /** Only this cluster is looked at; default: all. */
  readonly cluster?: ClusterName | undefined
  /** Default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** Default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /** Where programs are looked for; default: `PATH` and the directories of the administrator. */
  readonly path?: readonly string[] | undefined
  /** Ends it at once; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at what a zone file says about clusters. It is read by `named-compilezone`, or by `kzonecheck` of Knot 3.3 and
 * later, whichever is installed: a zone is what name servers take for one.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for what is no domain; the reason of the signal
 */
export async function* checkZoneFile(options: CheckZoneFileOptions): AsyncGenerator<Finding, void, void> {
  const domain = parseDomain(options.domain)
  const { file, cluster: wanted, signal } = options
  const subject = escapeText(file)
  const fault = await readingFault(file)
  if (fault !== undefined) {
    yield finding(zoneFileCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault}`,
      meaning: 'nothing in it was looked at',
      remedies: [remedy({ kind: 'command', place: 'you', text: `ls -ld ${shellWord(file)}` })],
      checked: false,
    })
    return
  }
  const read = await canonicalText(absolutePath(file), nameToText(domain), options)
  signal?.throwIfAborted()
  if (read.kind === 'no program') {
    yield finding(zoneFileCheck, 'error', {
      subject,
      seen: `not checked: ${read.why}`,
      meaning: 'a zone file is read by the programs of a name server: those of BIND (bind9-utils) or Knot',
      remedies: [remedy({ kind: 'command', place: 'root', software: 'Debian', text: 'apt-get install bind9-utils' })],
      checked: false,
    })
    return
  }
  if (read.kind === 'refused') {
    yield finding(zoneFileCheck, 'error', {
      subject,
      seen: `${read.program} refuses it: ${escapeText(read.why, { maxLength: 1_000 })}`,
      meaning: 'no name server loads this zone; the line that is wrong stands in the message',
      remedies: [
        remedy({ kind: 'command', place: 'you', text: `named-checkzone ${nameToText(domain)} ${shellWord(file)}` }),
      ],
    })
    return
  }
  const records = read.text.split('\n').flatMap((line) => canonicalRecord(line) ?? [])
  yield finding(zoneFileCheck, 'ok', { subject, seen: `${read.program} loads it` })
  const [service, clustersRecord] = [options.service ?? '_pstorage._tcp', options.clustersRecord ?? 'pstorage_clusters']
  const place = { domain, apex: domain, origin: subject, wanted }
  const names = { service: parseDomain(service), clustersRecord: parseDomain(clustersRecord) }
  for (const found of checkZoneFacts(writtenZone(records, { ...place, ...names }), true)) {
    // What another zone says does not stand in this file, and nobody was asked.
    if (found.checked) yield found
  }
}

/** Why the file cannot be read, by its code. */
async function readingFault(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.R_OK)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

type CanonicalText =
  | { readonly kind: 'text'; readonly program: string; readonly text: string }
  | { readonly kind: 'refused'; readonly program: string; readonly why: string }
  | { readonly kind: 'no program'; readonly why: string }

// Faults that the checks here speak of are not for the program to stumble over.
const lenient = [
  '-i',
  'none',
  '-k',
  'ignore',
  '-n',
  'ignore',
  '-m',
  'ignore',
  '-M',
  'ignore',
  '-S',
  'ignore',
  '-r',
  'ignore',
]
const MOST_OUTPUT = 512 * 1_024 * 1_024

async function canonicalText(
  file: string,
  origin: string,
  { path, signal }: CheckZoneFileOptions,
): Promise<CanonicalText> {
  const places = path ?? [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  const bind = await findProgram('named-compilezone', places)
  const args = ['-f', 'text', '-F', 'text', '-s', 'full', ...lenient, '-o', '-', origin, file]
  if (bind !== undefined) return run({ program: 'named-compilezone', command: bind, args, signal })
  const knot = await findProgram('kzonecheck', places)
  if (knot === undefined) return { kind: 'no program', why: 'neither named-compilezone nor kzonecheck is installed' }
  const printed = await run({ program: 'kzonecheck', command: knot, args: ['--print', '-o', origin, file], signal })
  if (printed.kind !== 'refused' || !/(?:invalid|unrecognized) option/.test(printed.why)) return printed
  return { kind: 'no program', why: 'this kzonecheck cannot print a zone; Knot 3.3 can, and so can named-compilezone' }
}

interface ProgramRun {
  readonly program: string
  readonly command: string
  readonly args: readonly string[]
  readonly signal: AbortSignal | undefined
}

async function run({ program, command, args, signal }: ProgramRun): Promise<CanonicalText> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { maxBuffer: MOST_OUTPUT, signal })
    return { kind: 'text', program, text: stdout }
  } catch (error) {
    const { stderr = '', message } = error as { readonly stderr?: string; readonly message: string } // as execFile rejects
    const lines = stderr.split('\n').filter((line) => line.trim() !== '')
    return { kind: 'refused', program, why: lines.length > 0 ? lines.join('; ') : message }
  }
}

async function findProgram(name: string, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const path = join(place, name)
    if (place !== '' && (await isExecutable(path))) return path
  }
  return undefined
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
