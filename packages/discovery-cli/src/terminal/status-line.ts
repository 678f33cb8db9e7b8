import type { AskingEvent, AttemptEvent, ResolveEvent, WarningEvent } from '@pstorage/discovery-core'
import { attemptLine, type Pen } from './attempt-line.js'
import type { CliStream } from './cli-stream.js'
import { cutToWidth, widthOf } from './text-width.js'

export interface StatusLineOptions {
  readonly stream: CliStream
  readonly pen: Pen
  /** Whether each attempt is shown as it ends. */
  readonly attempts: boolean
  /** Whether a line says what is being asked; it is overwritten, so the stream must be a terminal that can. */
  readonly asking: boolean
}

const eraseLine = '\r\x1b[K'
const defaultColumns = 80

/** Shows on stderr what happens while a question is under way. */
export class StatusLine {
  readonly #options: StatusLineOptions
  readonly #open = new Map<string, AskingEvent>()
  readonly #warned = new Set<string>()
  #isShown = false

  constructor(options: StatusLineOptions) {
    this.#options = options
  }

  /** Shows an event as it comes. */
  hear(event: ResolveEvent): void {
    if (event.type === 'asking') this.#ask(event)
    else if (event.type === 'attempt') this.#answer(event)
    else if (event.type === 'warning') this.#warn(event)
  }

  /** Writes one line; what is being asked moves below it. */
  say(line: string): void {
    this.clear()
    this.#options.stream.write(`${line}\n`)
  }

  /** Says, where what is being asked would stand, why nothing is. */
  pause(text: string): void {
    if (!this.#options.asking) return
    this.clear()
    this.#overwritable(text)
  }

  /** Takes away the line that says what is being asked; to be called before anything else is written. */
  clear(): void {
    if (this.#isShown) this.#options.stream.write(eraseLine)
    this.#isShown = false
  }

  /** Shows what is being asked again. */
  show(): void {
    const { asking, pen } = this.#options
    if (!asking) return
    this.clear()
    if (this.#open.size === 0) return
    const open = [...this.#open.values()]
    const whole = `asking ${open.map(({ method, target }) => `${pen.show(method)} ${pen.show(target)}`).join(', ')} ...`
    const methods = new Set(open.map(({ method }) => pen.show(method)))
    // Where not all of it fits, that everybody is asked says more than what the first is asked.
    this.#overwritable(widthOf(whole) <= this.#room ? whole : `asking ${[...methods].join(', ')} ...`)
  }

  #ask(event: AskingEvent): void {
    this.#open.set(keyOf(event), event)
    this.show()
  }

  #answer(event: AttemptEvent): void {
    this.#open.delete(keyOf(event))
    if (this.#options.attempts) this.say(attemptLine(event, this.#options.pen))
    this.show()
  }

  /** Says each warning once, however many backends give it. */
  #warn({ code, message }: WarningEvent): void {
    const { paint, show } = this.#options.pen
    const text = `${show(message)} [${show(code)}]`
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    this.say(`${paint('warning', 'warning:')} ${text}`)
    this.show()
  }

  /** How many cells a line has that does not wrap. */
  get #room(): number {
    return (this.#options.stream.columns || defaultColumns) - 1
  }

  #overwritable(text: string): void {
    const { stream, pen } = this.#options
    stream.write(pen.paint('aside', cutToWidth(text, this.#room)))
    this.#isShown = true
  }
}

function keyOf({ backend, method, target }: AskingEvent | AttemptEvent): string {
  return JSON.stringify([backend, method, target])
}
