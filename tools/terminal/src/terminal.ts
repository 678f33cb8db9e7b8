import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A shell in a terminal of 130 columns, which tmux draws. Its prompt is `$ `. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string

  private constructor(socket: string) {
    this.#socket = socket
  }

  /** Opens one whose shell is started by these words. */
  static async open(socket: string, shell: readonly string[]): Promise<Terminal> {
    const terminal = new Terminal(socket)
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '130', '-y', '50', ...shell)
    await terminal.#until((screen) => screen === '$')
    return terminal
  }

  /** Types a line, and waits until the shell asks for another. */
  async run(text: string): Promise<void> {
    const prompts = promptsIn(await this.#capture())
    await this.#type(text)
    await this.#until((screen) => screen.endsWith('\n$') && promptsIn(screen) > prompts)
  }

  /** Types a line, and waits until its command has shown something and shows no more. */
  async start(text: string): Promise<void> {
    await this.#type(text)
    let before = ''
    await this.#until((screen) => {
      const isSettled = screen === before && screen.includes('\n')
      before = screen
      return isSettled
    }, SETTLED)
  }

  /** Presses Ctrl-C, and waits for the shell. */
  async interrupt(): Promise<void> {
    await this.#tmux('send-keys', 'C-c')
    await this.#until((screen) => screen.endsWith('\n$'))
  }

  /** Everything that it has shown, without the prompt that waits. */
  async screen(): Promise<string> {
    return (await this.#capture()).replace(/\n\$$/, '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server')
  }

  async #type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text)
    await this.#tmux('send-keys', 'Enter')
  }

  async #until(holds: (screen: string) => boolean, pause = 100): Promise<void> {
    const deadline = Date.now() + DEADLINE
    while (!holds(await this.#capture())) {
      if (Date.now() > deadline) throw new Error(`nothing happens any more:\n${await this.#capture()}`)
      // The terminal does not tell when it has changed.
      await sleep(pause)
    }
  }

  async #capture(): Promise<string> {
    const text = await this.#tmux('capture-pane', '-p', '-J', '-S', '-')
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    return (await promisify(execFile)('tmux', ['-L', this.#socket, ...words])).stdout
  }
}

/** Number of prompts that the shell has printed. */
const promptsIn = (screen: string): number => screen.match(/^\$(?= |$)/gm)?.length ?? 0

/** Milliseconds within which every command has to be done. */
const DEADLINE = 120_000
/** Milliseconds after which a command that has shown nothing new will not. */
const SETTLED = 2_500
