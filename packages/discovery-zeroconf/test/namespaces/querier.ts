import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import type { NamespaceHost, NamespaceProcess } from '@pstorage/testbed'
import type { ZeroconfResolverOptions } from '../../src/index.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const program = fileURLToPath(new URL('querier.mjs', import.meta.url))

/** Builds what runs on hosts of their own; quick when nothing has changed. */
export async function buildForHosts(): Promise<void> {
  try {
    const projects = ['packages/discovery-zeroconf', 'tools/testbed']
    await promisify(execFile)(`${root}/node_modules/.bin/tsc`, ['-b', ...projects], { cwd: root })
  } catch (error) {
    const output = typeof error === 'object' && error !== null && 'stdout' in error ? error.stdout : ''
    throw new Error(`the packages do not build:\n${output}`, { cause: error })
  }
}

/** For those who want to know what is found and not how soon: other tests may keep the machine busy. */
const PATIENT: ZeroconfResolverOptions = { minimumTime: 2_000 }

/** A resolver of ours that runs on a host of its own. */
export class Querier {
  readonly process: NamespaceProcess
  #lastId = 0

  private constructor(running: NamespaceProcess) {
    this.process = running
  }

  /** @param by what runs it, such as `setpriv` with its options */
  static async on(
    host: NamespaceHost,
    options: ZeroconfResolverOptions = PATIENT,
    by: readonly string[] = [],
  ): Promise<Querier> {
    // Before the programs that announce and forge: what is measured is this process, and not how many there are.
    const node = ['-n', '-15', ...by, process.execPath, '--expose-gc']
    const running = host.start('nice', ...node, program, JSON.stringify(options))
    await running.lines.when(1, (line) => line === '{"ready":true}')
    return new Querier(running)
  }

  /** With the milliseconds until the last name that was new. */
  discover(): Promise<DiscoverReport & { readonly names: readonly string[]; readonly lastNewAt: number | null }> {
    return this.#ask('discover')
  }

  /** @param busy for how many milliseconds the process is busy with something else right after its query */
  resolve(
    cluster: string,
    busy?: number,
  ): Promise<ResolveReport & { readonly endpointTexts: readonly string[]; readonly elapsed: number }> {
    return this.#ask('resolve', cluster, busy)
  }

  /** The milliseconds until the first endpoint comes. */
  async first(cluster: string): Promise<number | null> {
    const { elapsed } = await this.#ask<{ readonly elapsed: number | null }>('first', cluster)
    return elapsed
  }

  /** The load of the process: the longest lag of its event loop in milliseconds since it was last queried, and its heap. */
  load(): Promise<{ readonly mostLag: number; readonly heapMegabytes: number }> {
    return this.#ask('load')
  }

  /** Waits for changes from now on. */
  watchChanges(cluster?: string): void {
    this.process.write(JSON.stringify({ ask: 'changes', cluster }))
  }

  /** Watches from now on, by the watch of core: one cluster, or the names. */
  watch(cluster?: string): void {
    this.process.write(JSON.stringify({ ask: 'watch', cluster }))
  }

  /** The events since then, as `added 198.18.0.2:2510`. */
  get seen(): readonly string[] {
    return this.process.lines.items.flatMap((line) => seenIn(line) ?? [])
  }

  /** Resolves when something was seen so many times, with the milliseconds that this took. */
  async saw(what: string, times = 1): Promise<number> {
    const startedAt = performance.now()
    await this.process.lines.when(times, (line) => seenIn(line) === what)
    return performance.now() - startedAt
  }

  /** The number of changes. */
  get changes(): number {
    return this.process.lines.items.filter(isChange).length
  }

  /** Resolves when there were so many changes. */
  async changed(count: number): Promise<void> {
    await this.process.lines.when(count, isChange)
  }

  /** Asks after every change until the addresses of a cluster are these, and says how many milliseconds that took. */
  async untilResolved(cluster: string, expected: readonly string[]): Promise<number> {
    const startedAt = performance.now()
    for (;;) {
      const seen = this.changes
      const { endpointTexts } = await this.resolve(cluster)
      if (endpointTexts.toSorted().join() === expected.toSorted().join()) return performance.now() - startedAt
      await this.changed(seen + 1)
    }
  }

  async #ask<Answer>(ask: string, cluster?: string, busy?: number): Promise<Answer> {
    this.#lastId += 1
    const id = this.#lastId
    this.process.write(JSON.stringify({ id, ask, cluster, busy }))
    const [line = ''] = await this.process.lines.when(1, (text) => text.startsWith(`{"id":${id},`))
    // The other end writes what the methods above say.
    return (JSON.parse(line) as { readonly answer: Answer }).answer
  }
}

function seenIn(line: string): string | undefined {
  if (!line.startsWith('{"seen":')) return undefined
  const { seen } = JSON.parse(line) as { readonly seen: { readonly type: string; readonly items: readonly string[] } }
  return [seen.type, ...seen.items].join(' ')
}

function isChange(line: string): boolean {
  return line.startsWith('{"changed":')
}
