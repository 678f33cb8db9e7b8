import {
  type ClusterEvent,
  clusterNameKey,
  formatEndpoint,
  type ProbeResult,
  type ResolvedEndpoint,
} from '@pstorage/discovery-core'
import { durationText } from '../terminal/attempt-line.js'
import { columns, cutToWidth, padToWidth, widthOf } from '../terminal/columns.js'
import type { Style } from '../terminal/style.js'

export interface TableOptions {
  readonly style: Style
  /** The number of cells of a line of the terminal. */
  readonly width: number
}

/** The width of a first column that is written before all of it is known. */
const FIRST_COLUMN = 24

/** The cells after an address: the result of the probe, the host, the methods. */
const HOST = 1

/**
 * Returns lines of endpoints for people: the address, the result of the probe if any, the host, and the methods. On a line that is too
 * long for the terminal the host is cut in the middle; the address never is.
 */
export function endpointLines(
  endpoints: readonly (ResolvedEndpoint & Partial<ProbeResult>)[],
  { style, width }: TableOptions,
): readonly string[] {
  const rows = endpoints.map((endpoint) => {
    const methods = [...new Set(endpoint.sources.map(({ method }) => method))].join(', ')
    const cells = [reached(endpoint), endpoint.host ?? '', methods].map(style.show)
    return { address: style.show(formatEndpoint(endpoint)), cells, meaning: meaningOf(endpoint) }
  })
  const isUsed = (index: number): boolean => rows.some(({ cells }) => cells[index] !== '')
  const first = Math.max(0, ...rows.map(({ address }) => widthOf(address)))
  const details = columns(
    rows.map(({ cells }) => cells.filter((_, index) => isUsed(index))),
    { width: width - first - 2, cuts: isUsed(0) ? HOST : HOST - 1, ellipsis: style.ellipsis },
  )
  return rows.map(({ address, meaning }, index) => {
    const detail = cutToWidth(details[index] ?? '', width - first - 2)
    return detail === '' ? address : `${padToWidth(address, first)}  ${style.paint(meaning, detail)}`
  })
}

/** Returns the line of a name for people, before the others are known: the name and its first method. */
function nameLine({ name, method }: { readonly name: string; readonly method: string }, options: TableOptions): string {
  const { style, width } = options
  const shown = padToWidth(style.show(name), FIRST_COLUMN)
  const detail = cutToWidth(style.show(method), width - widthOf(shown) - 2)
  return detail === '' ? shown.trimEnd() : `${shown}  ${style.paint('aside', detail)}`
}

function reached({ reachable, latencyMs, error }: Partial<ProbeResult>): string {
  if (reachable === undefined) return ''
  return reachable ? `reachable ${durationText(latencyMs ?? 0)}` : `unreachable ${error?.code ?? ''}`
}

function meaningOf({ reachable }: Partial<ProbeResult>): 'good' | 'bad' | 'aside' {
  if (reachable === undefined) return 'aside'
  return reachable ? 'good' : 'bad'
}

export interface LiveNamesOptions extends TableOptions {
  readonly print: (text: string) => Promise<void>
}

/** Prints names as they come, each once; those that come together in order. */
export class LiveNames {
  readonly #options: LiveNamesOptions
  readonly #seen = new Set<string>()
  readonly #waiting = new Map<string, ClusterEvent>()
  #printing: Promise<void> | undefined

  constructor(options: LiveNamesOptions) {
    this.#options = options
  }

  /** Adds a name; it is printed with all that come in the same turn of the event loop. */
  add(event: ClusterEvent): void {
    const key = clusterNameKey(event.name)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#waiting.set(key, event)
    this.#printing ??= this.#print()
    // Reported by `end`.
    this.#printing.catch(() => {})
  }

  /** Resolves when everything is printed; rejects when it cannot be. */
  async end(): Promise<void> {
    while (this.#printing !== undefined) await this.#printing
  }

  async #print(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const sorted = [...this.#waiting].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#waiting.clear()
    const lines = sorted.map(([, { name, source }]) => `${nameLine({ name, method: source.method }, this.#options)}\n`)
    await this.#options.print(lines.join(''))
    this.#printing = this.#waiting.size > 0 ? this.#print() : undefined
  }
}
