import type { AttemptFinishedEvent, AttemptStartedEvent, ResolveEvent, WarningEvent } from '@pstorage/discovery-core'
import type { PrintSettings } from '../args/settings.js'
import type { CliContext, CliStream } from '../context.js'
import { attemptLines, sumUpInterfaces } from './attempt-line.js'
import { cutToWidth, widthOf } from './columns.js'
import { type Style, styleFor, targetWidthOf } from './style.js'
import { wrapLine } from './wrap.js'

const eraseLine = '\r\x1b[K'

/** The file of a warning about one of its lines: `/etc/pstorage/clusters/a/bs.list:3:1: ...`. */
const FILE_OF_WARNING = /^(\S+?)(?::\d+(?::\d+)?: |: \d+ more warnings$)/
/** The number of warnings that the source itself has summed up. */
const MORE_WARNINGS = /: (\d+) more warnings$/
/** More warnings about one file, besides its first, are summed up. */
const MOST_ALIKE = 4

export interface ReporterOptions {
  /** Shows each attempt when it finishes, or none until `showAttempts` is called; default: each with `--verbose`, else none. */
  readonly attempts?: 'shown' | 'held' | 'hidden'
  /** Aligns attempts in columns on a terminal that is wide enough; default: yes. */
  readonly hasColumns?: boolean
}

/**
 * Reports on stderr what a command does: attempts, warnings, and on a terminal a status line with the attempts that are
 * running. With `--quiet` it writes nothing.
 */
export class Reporter {
  readonly style: Style
  /** Set where there is a terminal that can overwrite the status line. */
  readonly hasStatusLine: boolean
  readonly #stream: CliStream
  readonly #isQuiet: boolean
  #attempts: 'shown' | 'held' | 'hidden'
  readonly #held: AttemptFinishedEvent[] = []
  readonly #running = new Map<number, AttemptStartedEvent>()
  readonly #warned = new Set<string>()
  readonly #isVerbose: boolean
  /** The file that the last warnings are about, and these; they are held until something else is reported. */
  #file: string | undefined
  #alike: WarningEvent[] = []
  #isShown = false

  constructor(
    { env, stderr }: CliContext,
    { quiet, verbose, noColor }: PrintSettings,
    { attempts = verbose ? 'shown' : 'hidden', hasColumns = true }: ReporterOptions = {},
  ) {
    const style = styleFor(stderr, env, noColor)
    this.style = { ...style, targetWidth: hasColumns ? targetWidthOf(style) : undefined }
    this.hasStatusLine = stderr.isTTY === true && env.TERM !== 'dumb' && !quiet
    this.#stream = stderr
    this.#isQuiet = quiet
    this.#isVerbose = verbose
    this.#attempts = attempts
  }

  /** Shows an event of a query. */
  onEvent(event: ResolveEvent): void {
    if (this.#isQuiet) return
    if (event.type === 'attempt-started') this.#start(event)
    else if (event.type === 'attempt-finished') this.#finish(event)
    else if (event.type === 'warning') this.#warn(event)
    else if (event.type === 'end') this.#writeAlike()
  }

  /** Shows the attempts that were held, and from now on each when it finishes. */
  showAttempts(): void {
    if (this.#attempts !== 'held') return
    this.#attempts = 'shown'
    this.#writeHeld()
    this.showStatus()
  }

  /** Writes one line above the status line, wrapped to the width of the terminal. */
  writeLine(line: string): void {
    if (this.#isQuiet) return
    this.clear()
    this.#write(line)
  }

  /** Writes several. */
  writeLines(lines: Iterable<string>): void {
    for (const line of lines) this.writeLine(line)
  }

  /** Writes a warning once, however many backends give it. */
  warn({ code, message }: Pick<WarningEvent, 'code' | 'message'>): void {
    this.onEvent({ type: 'warning', code, message })
  }

  /** Shows a text in place of the status line. */
  showProgress(text: string): void {
    if (!this.hasStatusLine) return
    this.clear()
    this.#writeStatus(text)
  }

  /** Erases the status line; to be called before anything else is written. */
  clear(): void {
    if (this.#isShown) this.#stream.write(eraseLine)
    this.#isShown = false
    this.#writeAlike()
  }

  /** Shows the attempts that are running in the status line. */
  showStatus(): void {
    if (!this.hasStatusLine || this.#attempts === 'held') return
    this.clear()
    if (this.#running.size === 0) return
    const { show } = this.style
    const running = [...this.#running.values()]
    const attempts = new Set(running.map(({ method, target }) => `${show(method)} ${show(target)}`))
    const methods = new Set(running.map(({ method }) => show(method)))
    const [whole, short] = [attempts, methods].map((texts) => `querying ${[...texts].join(', ')} ...`)
    // Where not all of it fits, the methods alone are more useful than the beginning of the list.
    this.#writeStatus((widthOf(whole ?? '') <= this.#room ? whole : short) ?? '')
  }

  #start(event: AttemptStartedEvent): void {
    this.#running.set(event.id, event)
    this.showStatus()
  }

  #finish(event: AttemptFinishedEvent): void {
    this.#running.delete(event.id)
    this.#writeAlike()
    if (this.#attempts !== 'hidden') this.#held.push(event)
    if (this.#attempts === 'shown') this.#writeHeld()
    this.showStatus()
  }

  /** Writes attempts that were held; those on many interfaces wait for the last of them, to be summed up. */
  #writeHeld(): void {
    const running = new Set([...this.#running.values()].map(({ method, target }) => `${method} ${target}`))
    const waits = ({ method, target }: AttemptFinishedEvent): boolean =>
      !this.#isVerbose && method === 'mdns' && running.has(`${method} ${target}`)
    const held = this.#held.splice(0)
    this.#held.push(...held.filter(waits))
    const ready = held.filter((event) => !waits(event))
    const attempts = this.#isVerbose ? ready : sumUpInterfaces(ready)
    this.writeLines(attempts.flatMap((attempt) => attemptLines(attempt, this.style)))
  }

  #warn({ code, message }: WarningEvent): void {
    const text = this.#warningText({ code, message })
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    const file = this.#isVerbose ? undefined : FILE_OF_WARNING.exec(message)?.[1]
    if (file === undefined || file !== this.#file) this.#writeAlike()
    if (file === undefined) {
      this.writeLine(text)
      this.showStatus()
      return
    }
    this.#file = file
    this.#alike.push({ type: 'warning', code, message })
  }

  /** Writes the warnings about one file: a file of another kind has one for each of its lines, which are summed up in one. */
  #writeAlike(): void {
    const alike = this.#alike
    this.#file = undefined
    this.#alike = []
    const [first, ...others] = alike
    if (first === undefined) return
    if (this.#isShown) this.#stream.write(eraseLine)
    this.#isShown = false
    if (others.length <= MOST_ALIKE) {
      for (const warning of alike) this.#write(this.#warningText(warning))
      return
    }
    const count = others.reduce((sum, { message }) => sum + Number(MORE_WARNINGS.exec(message)?.[1] ?? 1), 0)
    const codes = [...new Set(alike.map(({ code }) => code))].join(', ')
    this.#write(
      this.#warningText({ code: codes, message: `${first.message}; and ${count} more in this file, shown with -v` }),
    )
  }

  #warningText({ code, message }: Pick<WarningEvent, 'code' | 'message'>): string {
    const { paint, show } = this.style
    return `${paint('warning', 'warning:')} ${show(message)} [${show(code)}]`
  }

  #write(line: string): void {
    for (const each of wrapLine(line, this.style.width)) this.#stream.write(`${each}\n`)
  }

  /** The longest line, in cells, that does not wrap. */
  get #room(): number {
    return (this.style.width ?? 1) - 1
  }

  #writeStatus(text: string): void {
    this.#stream.write(this.style.paint('aside', cutToWidth(text, this.#room)))
    this.#isShown = true
  }
}
