import type { Clock } from '../../clock.js'
import { escapeText, quoteText } from '../../escape-text.js'
import type { WarningEvent } from '../../events.js'
import { type KeptAnswer, readDocument, type Times, writeDocument } from './last-good-document.js'
import { readPrivateFile } from './read-private-file.js'
import { writeAtomically } from './write-atomically.js'

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

  /** What an operator should mend. The same array until something changes. */
  get warnings(): readonly WarningEvent[] {
    return this.#warnings
  }

  /** What was kept in an earlier life; nothing where nothing was, or where it cannot be trusted. */
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
      this.#mended()
    } catch (error) {
      this.#warn('cache-file-unwritable', `cannot be written: ${reasonOf(error)}`)
    }
  }

  #times(): Times {
    return { now: this.#clock.now(), wallNow: this.#wallClock() }
  }

  /** A file that was written is good again, whatever it was before. */
  #mended(): void {
    if (this.#warnings.length > 0) this.#warnings = []
  }

  #warn(code: string, problem: string): void {
    const message = `${quoteText(this.#path)} ${problem}`
    this.#warnings = [{ type: 'warning', code, message }]
  }
}

/** What went wrong, without the system call and the names of files that end it: the name of the file stands before. */
function reasonOf(error: unknown): string {
  // Files, JSON and what reads them throw nothing else.
  const { message, syscall } = error as NodeJS.ErrnoException
  return escapeText(message.split(`, ${syscall}`)[0] as string) // a split has a first part
}
