import { DEFAULT_MDS_PORT, formatEndpoint } from '@pstorage/discovery-core'
import { ListReader } from './list-reader.js'

/**
 * The comments of a list, each with the entries that it describes, so that they can be written around other endpoints.
 *
 * The comments at the top are about the list, up to the last blank line before the first entry, or all of them where
 * there is none; those after the last entry are about the list as well. Any other is about the line below it
 * or the line that it ends, and is kept as long as one of the endpoints of that line is.
 */
export class ListComments {
  readonly #top: string[] = []
  readonly #bottom: string[] = []
  readonly #described: DescribedLine[] = []

  constructor(text: string) {
    const endpoints = endpointsByLine(text)
    let waiting: string[] = []
    const lines = text.replace(/^\ufeff/, '').replace(/(?:\r\n|\r|\n)$/, '')
    for (const [index, line] of lines.split(/\r\n|\r|\n/).entries()) {
      const hash = line.search(/(?<![^,; \t])#/)
      const comments = hash < 0 ? [] : [line.slice(hash)]
      const isFirst = this.#described.length === 0
      if (!isBlank(hash < 0 ? line : line.slice(0, hash))) {
        if (isFirst && this.#top.length === 0) this.#top.push(...waiting.splice(0))
        this.#described.push({ comments: [...waiting, ...comments], endpoints: endpoints.get(index + 1) ?? [] })
        waiting = []
      } else if (hash >= 0) waiting.push(...comments)
      else if (isFirst && (waiting.length > 0 || this.#top.length === 0)) this.#top.push(...waiting.splice(0), '')
    }
    const remaining = this.#described.length === 0 ? this.#top : this.#bottom
    remaining.push(...waiting)
  }

  /** Formats a list of these endpoints, written as by `formatEndpoint`, with the comments that are about them. */
  formatAround(endpoints: readonly string[]): string {
    const listed = new Set(endpoints)
    const above = new Map<string, string[]>()
    for (const { comments, endpoints: described } of this.#described) {
      const first = described.find((endpoint) => listed.has(endpoint))
      if (first !== undefined) above.set(first, [...(above.get(first) ?? []), ...comments])
    }
    const body = endpoints.flatMap((endpoint) => [...(above.get(endpoint) ?? []), endpoint])
    const top = this.#top.slice(this.#top[0] === '' ? 1 : 0)
    // A blank line separates a comment on the first entry from those at the top.
    const gap = top.at(-1) !== '' && body[0]?.startsWith('#') ? [''] : []
    return [...top, ...gap, ...body, ...this.#bottom].map((line) => `${line}\n`).join('')
  }
}

interface DescribedLine {
  readonly comments: readonly string[]
  /** Written as by `formatEndpoint`. */
  readonly endpoints: readonly string[]
}

function isBlank(text: string): boolean {
  return /^[,; \t]*$/.test(text)
}

function endpointsByLine(text: string): ReadonlyMap<number, readonly string[]> {
  const options = { file: undefined, strict: false, defaultPort: DEFAULT_MDS_PORT, hostNames: false }
  const reader = new ListReader(text, { ...options, maxEntries: Number.POSITIVE_INFINITY })
  reader.readAll()
  const byLine = new Map<number, string[]>()
  for (const { endpoint, line } of reader.entries) {
    const others = byLine.get(line)
    if (others === undefined) byLine.set(line, [formatEndpoint(endpoint)])
    else others.push(formatEndpoint(endpoint))
  }
  return byLine
}
