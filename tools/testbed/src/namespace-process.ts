import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { atExit } from './at-exit.js'
import { AwaitableList } from './awaitable-list.js'

/** A program that runs on a host of its own. */
export class NamespaceProcess {
  /** The text of both of its outputs. */
  readonly lines: AwaitableList<string> = new AwaitableList()
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<void>
  readonly #forget: () => void

  constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.#child = child
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on('line', (line) => this.lines.add(line))
    }
    this.#ended = once(child, 'close').then(
      () => undefined,
      () => undefined,
    )
    child.stdin.on('error', () => undefined)
    const close = (): void =>
      this.lines.close(new Error(`${name} has stopped:\n${this.lines.items.slice(-50).join('\n')}`))
    this.#ended.then(close, close)
    this.#forget = atExit(() => void this.#child.kill('SIGKILL'))
  }

  /** The process; it is what `ip netns exec` has become. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Writes a line to its input. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  /** Closes its input, by which the programs of this testbed end in peace, and waits for its end; then insists. */
  async stop(): Promise<void> {
    this.#child.stdin.end()
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN)
    await this.#ended
    clearTimeout(insist)
    this.#forget()
  }

  /** Ends it without giving it the time for anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
    this.#forget()
  }
}

const STOP_WITHIN = 5_000
