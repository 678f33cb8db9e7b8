import type { AskingEvent, AttemptEvent, ResolveEvent, WarningEvent } from '@pstorage/discovery-core'
import { attemptLine, type Pen } from './attempt-line.js'
import type { CliStream } from './cli-stream.js'
import { cutToWidth } from './text-width.js'

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
    const places = [...this.#open.values()].map(({ method, target }) => `${pen.show(method)} ${pen.show(target)}`)
    this.#overwritable(`asking ${places.join(', ')} ...`)
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

  #overwritable(text: string): void {
    const { stream, pen } = this.#options
    stream.write(pen.paint('aside', cutToWidth(text, (stream.columns || defaultColumns) - 1)))
    this.#isShown = true
  }
}

function keyOf({ backend, method, target }: AskingEvent | AttemptEvent): string {
  return JSON.stringify([backend, method, target])
}
