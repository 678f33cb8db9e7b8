import { fileURLToPath } from 'node:url'
import type { NamespaceHost, NamespaceProcess } from '@pstorage/testbed'
import type { AnnouncedInstance, AnnounceEvent, AnnounceOptions } from '../../src/index.js'

const program = fileURLToPath(new URL('announcer.mjs', import.meta.url))

/** An announcer of ours that runs on a host of its own. */
export class Announcer {
  readonly process: NamespaceProcess
  #lastId = 0

  private constructor(running: NamespaceProcess) {
    this.process = running
  }

  /** Resolves when everything was announced; rejects when nothing can be. */
  static async on(host: NamespaceHost, options: AnnounceOptions, by: readonly string[] = []): Promise<Announcer> {
    const announcer = Announcer.begin(host, options, by)
    await announcer.instances()
    return announcer
  }

  /** @param by what runs it, such as `setpriv` with its options */
  static begin(host: NamespaceHost, options: AnnounceOptions, by: readonly string[] = []): Announcer {
    // Before the programs that browse and forge: what is measured is this process, and not how many there are.
    const node = ['-n', '-15', ...by, process.execPath, '--expose-gc']
    return new Announcer(host.start('nice', ...node, program, JSON.stringify(options)))
  }

  /** Resolves with what was announced, by the names that it got. */
  async instances(): Promise<readonly AnnouncedInstance[]> {
    const { announced, refused } = await this.#line<{
      readonly announced?: readonly AnnouncedInstance[]
      readonly refused?: { readonly code: string; readonly message: string }
    }>((text) => text.startsWith('{"announced":') || text.startsWith('{"refused":'))
    if (announced === undefined) throw Object.assign(new Error(refused?.message), { code: refused?.code })
    return announced
  }

  /** All that has happened so far. */
  get events(): readonly AnnounceEvent[] {
    return this.process.lines.items.filter(isEvent).map(eventOf)
  }

  /** Resolves when so many events of a type have come. */
  async happened(type: AnnounceEvent['type'], count = 1): Promise<void> {
    await this.process.lines.when(count, (line) => isEvent(line) && eventOf(line).type === type)
  }

  /** The load of the process: the longest lag of its event loop in milliseconds since it was last queried, and its heap. */
  async load(): Promise<{ readonly mostLag: number; readonly heapMegabytes: number }> {
    this.#lastId += 1
    const start = `{"id":${this.#lastId},`
    this.process.write(JSON.stringify({ id: this.#lastId }))
    const { load } = await this.#line<{
      readonly load: { readonly mostLag: number; readonly heapMegabytes: number }
    }>((text) => text.startsWith(start))
    return load
  }

  async #line<Line>(matches: (line: string) => boolean): Promise<Line> {
    const [line = ''] = await this.process.lines.when(1, matches)
    // The other end writes what the methods above say.
    return JSON.parse(line) as Line
  }
}

function isEvent(line: string): boolean {
  return line.startsWith('{"event":')
}

function eventOf(line: string): AnnounceEvent {
  return (JSON.parse(line) as { readonly event: AnnounceEvent }).event
}
