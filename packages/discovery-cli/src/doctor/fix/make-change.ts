import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createFile, type FileAccess, openRegularFile, replaceFile } from '@pstorage/discovery-core'
import {
  type FileChange,
  type ModeChange,
  PERMISSION_BITS,
  type PlannedChange,
  type ProgramRun,
  readFileAt,
} from './fix-plan.js'

/**
 * Makes a change on this host, and resolves to the path under which the old file stays; `undefined` where the contents of
 * no file are changed.
 *
 * @param date the end of the name of the old file, `2026-01-31`
 * @throws Error of the operating system, or of a program that failed. A file is unchanged then.
 */
export async function makeChange(change: PlannedChange, date: string): Promise<string | undefined> {
  switch (change.kind) {
    case 'edit':
      return changeFile(change, date)
    case 'mode':
      return changeMode(change)
    case 'run':
      return runProgram(change)
  }
}

async function changeFile({ path, before, after }: FileChange, date: string): Promise<string> {
  // The mode may have been changed as well.
  const { bytes, ...access } = await readFileAt(path)
  if (!bytes.equals(before)) throw new Error('it has changed meanwhile')
  const kept = await keepFile(path, before, { access, date })
  try {
    await replaceFile(path, after, access)
    return kept
  } catch (error) {
    await unlink(kept)
    throw error
  }
}

/** Writes the old contents beside the file, under the first name that is free. */
async function keepFile(
  path: string,
  contents: Buffer,
  { access, date }: { readonly access: FileAccess; readonly date: string },
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const kept = number === 1 ? `${path}.${date}` : `${path}.${date}.${number}`
    try {
      await createFile(kept, contents, access)
      return kept
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function changeMode({ path, from, to }: ModeChange): Promise<undefined> {
  const { handle, stats } = await openRegularFile(path, constants.O_NOFOLLOW)
  await using file = handle
  // Bits that were set meanwhile stay as they are, and none is added.
  await file.chmod(stats.mode & ~(from & ~to) & PERMISSION_BITS)
}

/** Milliseconds. */
const LONGEST_RUN = 10_000
/** Only programs of the system are run, whatever the environment says. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

async function runProgram({ argv: [program, ...words] }: ProgramRun): Promise<undefined> {
  try {
    await promisify(execFile)(program, words, { env: environment, timeout: LONGEST_RUN })
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string }
    throw new Error(stderr.trim() === '' ? message : stderr.trim(), { cause: error })
  }
}
