import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WarningEvent } from '../model/events.js'
import type { Clock } from '../runtime/clock.js'
import { FileError, readRegularFile } from '../runtime/read-file.js'
import { escapeText, quoteText } from '../runtime/text.js'
import { type KeptAnswer, readDocument, type Times, writeDocument } from './last-good-document.js'

/** The largest file, in bytes. */
const MAX_BYTES = 16 * 1_024 * 1_024

/** Keeps the last good answers on disk. What goes wrong there is a warning, and costs no answer. */
export class LastGoodStore {
  readonly #path: string
  readonly #clock: Clock
  readonly #wallClock: () => number
  #wanted: (() => readonly KeptAnswer[]) | undefined
  #writing: Promise<void> | undefined
  #warnings: readonly WarningEvent[] = []

  constructor(path: string, clock: Clock, wallClock: () => number) {
    this.#path = path
    this.#clock = clock
    this.#wallClock = wallClock
  }

  /** Warnings for the operator. The same array until something changes. */
  get warnings(): readonly WarningEvent[] {
    return this.#warnings
  }

  /** Returns what was kept in an earlier life; nothing where nothing was, or where it cannot be trusted. */
  async read(): Promise<readonly KeptAnswer[]> {
    try {
      const text = await readPrivateFile(this.#path, MAX_BYTES)
      return text === undefined ? [] : readDocument(text, this.#times())
    } catch (error) {
      this.#warn('cache-file-invalid', `is not used: ${reasonOf(error)}`)
      return []
    }
  }

  /** Writes what there is to keep, soon. While one version is being written, only the newest of the others waits. */
  write(answers: () => readonly KeptAnswer[]): void {
    this.#wanted = answers
    this.#writing ??= this.#writeAll()
  }

  /** Resolves when everything is on disk, or cannot be. */
  async written(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    // What changes together is written together.
    await Promise.resolve()
    for (let answers = this.#wanted; answers !== undefined; answers = this.#wanted) {
      this.#wanted = undefined
      await this.#writeOnce(answers())
    }
    this.#writing = undefined
  }

  async #writeOnce(answers: readonly KeptAnswer[]): Promise<void> {
    try {
      const text = writeDocument(answers, this.#times())
      if (Buffer.byteLength(text) > MAX_BYTES) throw new Error(`there are more than ${MAX_BYTES} bytes to write`)
      await writeAtomically(this.#path, text)
      this.#recovered()
    } catch (error) {
      this.#warn('cache-file-unwritable', `cannot be written: ${reasonOf(error)}`)
    }
  }

  #times(): Times {
    return { now: this.#clock.now(), wallNow: this.#wallClock() }
  }

  /** A file that was written is good again, whatever it was before. */
  #recovered(): void {
    if (this.#warnings.length > 0) this.#warnings = []
  }

  #warn(code: string, problem: string): void {
    const message = `${quoteText(this.#path)} ${problem}`
    this.#warnings = [{ type: 'warning', code, message }]
  }
}

/** Returns what went wrong, without the system call and the names of files that end it: the name of the file stands before. */
function reasonOf(error: unknown): string {
  // Files, JSON and what reads them throw nothing else.
  const { message, syscall } = error as NodeJS.ErrnoException
  return escapeText(message.split(`, ${syscall}`)[0] as string) // a split has a first part
}

/** Replaces a file as a whole: a reader, also after a power cut, finds the old text or the new one. Mode 0600. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary).catch(() => {})
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Makes the new name last. Some systems cannot open a directory; the file itself is whole without. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    await directory.sync().finally(() => directory.close())
  } catch {
    // As above.
  }
}

/**
 * Reads a small file that only its owner may have written; `undefined` where there is none.
 *
 * @throws Error that says why it is not read: it is no regular file, too large, open to others, or cannot be read.
 */
async function readPrivateFile(path: string, maxOctets: number): Promise<string | undefined> {
  try {
    const { bytes, stats } = await readRegularFile(path, { maxOctets })
    const others = process.platform !== 'win32' && ((stats.mode & 0o022) !== 0 || !isOurs(stats.uid))
    if (others) throw new Error('others can write it')
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (error.code === 'ENOENT') return undefined
    throw new Error(`it ${error.reason}`)
  }
}

/** Root may have written what we read. */
function isOurs(uid: number): boolean {
  // Stryker disable next-line OptionalChaining: it is missing on Windows alone, where it is not asked for: the compiler does not know
  return uid === 0 || uid === process.geteuid?.()
}
