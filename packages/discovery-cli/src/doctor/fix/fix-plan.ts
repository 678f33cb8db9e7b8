import { constants } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { type FileAccess, FileError, openRegularFile, readToEnd } from '@pstorage/discovery-core'
import { type Finding, type Fix, shellWord } from '@pstorage/discovery-core/checks'
import { causesOf } from '../causes.js'
import type { Examination } from '../examination.js'

/** A file as it is and as it is to be. */
export interface FileChange {
  readonly kind: 'edit'
  readonly path: string
  readonly before: Buffer
  readonly after: Buffer
  /** The lines that differ, in the unified format of diff(1) without context. */
  readonly diff: readonly string[]
}

/** A file that loses permission bits. */
export interface ModeChange {
  readonly kind: 'mode'
  readonly path: string
  readonly from: number
  readonly to: number
}

/** A program that is run, never by a shell. */
export interface ProgramRun {
  readonly kind: 'run'
  readonly argv: readonly [program: string, ...words: string[]]
  /** The same as text for a shell. */
  readonly text: string
}

/** A change that is ready to be made. */
export type PlannedChange = FileChange | ModeChange | ProgramRun

/** The changes that fix the findings of an examination, and the findings that are left to a person. */
export interface FixPlan {
  readonly changes: readonly PlannedChange[]
  readonly byHand: readonly { readonly finding: Finding; readonly why: string | undefined }[]
}

/** Plans the safe changes for all findings that follow from no other. Files are read, and nothing is changed. */
export async function planFixes(examination: Examination): Promise<FixPlan> {
  const findings = causesOf(examination).flatMap((cause) => cause.findings)
  const wanted = findings.map((finding) => ({ finding, fix: fixOf(finding) }))
  const changes = new Map<string, PlannedChange>()
  const reasons = new Map<string, string>()
  for (const [key, fixes] of byTarget(wanted.flatMap(({ fix }) => fix ?? []))) {
    try {
      changes.set(key, await planChange(fixes))
    } catch (error) {
      reasons.set(key, error instanceof FileError ? error.reason : (error as Error).message) // nothing else is thrown
    }
  }
  const byHand = wanted.flatMap(({ finding, fix }) => {
    if (fix !== undefined && changes.has(targetOf(fix))) return []
    return [{ finding, why: fix === undefined ? undefined : reasons.get(targetOf(fix)) }]
  })
  // The old file that an edit keeps gets no bits that are to go.
  const modesFirst = [...changes.values()].toSorted((a, b) => Number(b.kind === 'mode') - Number(a.kind === 'mode'))
  return { changes: modesFirst, byHand }
}

function fixOf({ remedies }: Finding): Fix | undefined {
  return remedies.find(({ fix }) => fix !== null)?.fix ?? undefined
}

/** All edits of a file are one change. */
function targetOf(fix: Fix): string {
  return JSON.stringify(fix.kind === 'edit' ? [fix.kind, fix.path] : fix)
}

type SameTarget = readonly [Fix, ...Fix[]]

function byTarget(fixes: readonly Fix[]): ReadonlyMap<string, SameTarget> {
  const groups = new Map<string, SameTarget>()
  for (const fix of fixes) groups.set(targetOf(fix), [fix, ...(groups.get(targetOf(fix)) ?? [])])
  return groups
}

async function planChange(fixes: SameTarget): Promise<PlannedChange> {
  const [fix] = fixes
  if (fix.kind === 'run') return { ...fix, text: fix.argv.map((word) => shellWord(word) ?? '').join(' ') }
  const { path } = fix
  if ((await realpath(path)) !== path) throw new Error('its path leads through a symbolic link')
  const { bytes, mode } = await readFileAt(path)
  if (fix.kind === 'mode') return { kind: 'mode', path, from: mode, to: mode & ~fix.clear }
  const edits = fixes.filter((each) => each.kind === 'edit')
  return { kind: 'edit', path, before: bytes, ...editLines(bytes, edits) }
}

const MOST_OCTETS = 1024 * 1024
/** The bits of a mode that chmod(2) sets. */
export const PERMISSION_BITS = 0o7777

/** A file with its permission bits and owner. */
export interface ReadFile extends FileAccess {
  readonly bytes: Buffer
}

/** Reads a file. @throws FileError, also for a link and for what is no regular file */
export async function readFileAt(path: string): Promise<ReadFile> {
  const { handle, stats } = await openRegularFile(path, constants.O_NOFOLLOW)
  try {
    const bytes = await readToEnd(path, handle, { size: stats.size, maxOctets: MOST_OCTETS })
    return { bytes, mode: stats.mode & PERMISSION_BITS, owner: { uid: stats.uid, gid: stats.gid } }
  } finally {
    await handle.close()
  }
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf'

/** Replaces every line that is to go. Octets stay octets: each is a character here. @throws Error where a line is not there */
function editLines(
  bytes: Buffer,
  edits: readonly Extract<Fix, { kind: 'edit' }>[],
): { readonly after: Buffer; readonly diff: readonly string[] } {
  const wanted = new Map(edits.map(({ replaces, text }) => [octets(replaces), octets(text)]))
  const missing = new Set(wanted.keys())
  const [, mark = '', text = ''] = new RegExp(`^(${BYTE_ORDER_MARK})?(.*)$`, 's').exec(bytes.toString('latin1')) ?? []
  const diff: string[] = []
  // Lines and their ends alternate.
  const parts = text.split(/(\r\n|\n|\r)/)
  let added = 0
  const edited = parts.map((line, index) => {
    const replacement = index % 2 === 0 ? wanted.get(line) : undefined
    if (replacement === undefined) return line
    missing.delete(line)
    const lines = replacement.split('\n')
    const number = index / 2 + 1
    diff.push(`@@ -${number} +${number + added}${lines.length === 1 ? '' : `,${lines.length}`} @@`)
    diff.push(...[`-${line}`, ...lines.map((each) => `+${each}`)].map(fromOctets))
    added += lines.length - 1
    return lines.join(parts[index + 1] || '\n')
  })
  if (missing.size > 0) throw new Error('it has changed since it was examined')
  return { after: Buffer.from(mark + edited.join(''), 'latin1'), diff }
}

function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function fromOctets(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}
