import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { WrittenRecord } from './zone-facts.js'
import { parseZoneLine } from './zone-line.js'

/** A zone file as a program of a name server reads it. */
export type ZoneReading =
  | {
      readonly kind: 'read'
      readonly program: ZoneProgram
      readonly records: readonly WrittenRecord[]
      /** Complaints of BIND about names of hosts (check-names): the file, the line, and the fault. */
      readonly nameFaults: readonly string[]
    }
  | { readonly kind: 'refused'; readonly program: ZoneProgram; readonly why: string }
  | { readonly kind: 'no program' | 'too much'; readonly why: string }

/** The programs that can read a zone file. */
export type ZoneProgram = 'named-compilezone' | 'kzonecheck'

/** Options of {@link readZoneFile}. */
export interface ReadZoneFileOptions {
  /** Default: those of the system. */
  readonly directories?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly limits?: Partial<ProgramLimits> | undefined
}

/** Limits of a program that is run. */
export interface ProgramLimits {
  /** Milliseconds. */
  readonly time: number
  /** Lines of output. */
  readonly lines: number
  /** Octets of output. */
  readonly octets: number
  /** KiB of address space. */
  readonly memory: number
}

/** The directories of the system's programs. PATH may name one that others can write. */
const PROGRAM_DIRECTORIES: readonly string[] = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']

const DEFAULT_LIMITS: ProgramLimits = {
  time: 60_000,
  lines: 500_000,
  octets: 128 * 1_024 * 1_024,
  memory: 1_024 * 1_024,
}
const MOST_COMPLAINTS = 100

// The program reports check-names, and is not to fail at faults that the checks here report.
const lenient = [
  '-k',
  'warn',
  ...['-i', 'none'],
  ...['-n', '-m', '-M', '-S', '-r'].flatMap((option) => [option, 'ignore']),
]

/**
 * Reads a zone file with `named-compilezone`, or with `kzonecheck` of Knot 3.3 and later, whichever is installed.
 *
 * @throws the reason of the signal
 */
export async function readZoneFile(
  file: string,
  origin: string,
  { directories = PROGRAM_DIRECTORIES, signal, limits }: ReadZoneFileOptions,
): Promise<ZoneReading> {
  const run = { file, signal, limits: { ...DEFAULT_LIMITS, ...limits } }
  const bind = await findProgram('named-compilezone', directories)
  const args = ['-f', 'text', '-F', 'text', '-s', 'full', ...lenient, '-o', '-', origin, file]
  if (bind !== undefined) return runProgram({ ...run, program: 'named-compilezone', command: bind, args })
  const knot = await findProgram('kzonecheck', directories)
  if (knot === undefined) {
    const why = `neither named-compilezone nor kzonecheck is installed in ${directories.join(', ')}`
    return { kind: 'no program', why }
  }
  const printed = await runProgram({
    ...run,
    program: 'kzonecheck',
    command: knot,
    args: ['--print', '-o', origin, file],
  })
  if (printed.kind !== 'refused' || !/(?:invalid|unrecognized) option/.test(printed.why)) return printed
  return { kind: 'no program', why: 'this kzonecheck cannot print a zone; Knot 3.3 can, and so can named-compilezone' }
}

interface ProgramRun {
  readonly program: ZoneProgram
  readonly command: string
  readonly args: readonly string[]
  readonly file: string
  readonly signal: AbortSignal | undefined
  readonly limits: ProgramLimits
}

async function runProgram({ program, command, args, file, signal, limits }: ProgramRun): Promise<ZoneReading> {
  signal?.throwIfAborted()
  // Node.js cannot limit the memory of a program; the shell gets no text of ours but as arguments.
  const limited = ['-c', 'ulimit -v "$0" 2>/dev/null; exec "$@"', String(limits.memory), command, ...args]
  const child = spawn('/bin/sh', limited, { stdio: ['ignore', 'pipe', 'pipe'], env: { LC_ALL: 'C' } })
  let excess: string | undefined
  const stop = (why?: string): void => {
    excess ??= why
    child.kill('SIGKILL')
  }
  const timer = setTimeout(stop, limits.time, `${program} did not end within ${limits.time / 1_000} seconds`)
  const onAbort = (): void => stop()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const [[code], records, complaints] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      readRecords(child, limits, stop),
      readComplaints(child),
    ])
    signal?.throwIfAborted()
    if (excess !== undefined) return { kind: 'too much', why: excess }
    const isOutOfMemory = code === null || complaints.some((line) => /out of memory|failed to map segment/.test(line))
    if (isOutOfMemory) return { kind: 'too much', why: `${program} needs more than ${limits.memory / 1_024} MiB` }
    const lines = complaints.map((line) => withoutQuotations(line, file))
    if (code !== 0) return { kind: 'refused', program, why: lines.join('; ') || `it ended with ${code}` }
    return { kind: 'read', program, records, nameFaults: lines.filter((line) => line.endsWith('(check-names)')) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/** Keeps the records that a check reads, and none of the text. */
async function readRecords(
  { stdout }: Child,
  { lines: mostLines, octets: mostOctets }: ProgramLimits,
  stop: (why: string) => void,
): Promise<readonly WrittenRecord[]> {
  const records: WrittenRecord[] = []
  let [lines, octets] = [0, 0]
  stdout.on('data', (chunk: Buffer) => {
    octets += chunk.length
    if (octets > mostOctets) stop(`the zone has more than ${mostOctets} octets`)
  })
  for await (const line of createInterface({ input: stdout })) {
    lines += 1
    if (lines > mostLines) {
      stop(`the zone has more than ${mostLines} records`)
      break
    }
    const record = parseZoneLine(line)
    if (record !== undefined) records.push(record)
  }
  stdout.resume()
  return records
}

async function readComplaints({ stderr }: Child): Promise<readonly string[]> {
  const complaints: string[] = []
  for await (const line of createInterface({ input: stderr })) {
    if (line.trim() !== '') complaints.push(line.slice(0, 1_000))
    // The reason why a zone does not load comes last.
    if (complaints.length > MOST_COMPLAINTS) complaints.shift()
  }
  return complaints
}

/** Removes what a message quotes of a file: through $INCLUDE or a link it may be one that only this user can read. */
function withoutQuotations(line: string, file: string): string {
  return line
    .replaceAll(`'${file}'`, file)
    .replace(/(?:near )?'.*'/, '...')
    .replace(/: \S+: bad (owner name|name) \(check-names\)$/, ': bad $1 (check-names)')
}

async function findProgram(name: ZoneProgram, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, name)
    if (directory !== '' && (await isExecutable(path))) return path
  }
  return undefined
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
