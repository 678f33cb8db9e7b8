import { formatEndpoint, type ProbeResult, type ResolvedEndpoint } from '@pstorage/discovery-core'
import { durationText, type Pen } from '../terminal/attempt-line.js'
import { columns } from '../terminal/columns.js'
import { cutToWidth, padToWidth, widthOf } from '../terminal/text-width.js'

export interface TableOptions {
  readonly pen: Pen
  /** How many cells a line of the terminal has. */
  readonly width: number
}

/** Where a second column begins that is written before the first is known as a whole. */
const FIRST_COLUMN = 24

/**
 * Endpoints for people: the address, whether it can be reached where that was tried, the host, and who says so. A line that
 * is too long for the terminal is cut after the address.
 */
export function endpointLines(
  endpoints: readonly (ResolvedEndpoint & Partial<ProbeResult>)[],
  { pen, width }: TableOptions,
): readonly string[] {
  const rows = endpoints.map((endpoint) => {
    const methods = [...new Set(endpoint.sources.map(({ method }) => method))].join(', ')
    const cells = [reached(endpoint), endpoint.host ?? '', methods].map(pen.show)
    return { address: pen.show(formatEndpoint(endpoint)), cells, meaning: meaningOf(endpoint) }
  })
  const isUsed = (index: number): boolean => rows.some(({ cells }) => cells[index] !== '')
  const rests = columns(rows.map(({ cells }) => cells.filter((_, index) => isUsed(index))))
  const first = Math.max(0, ...rows.map(({ address }) => widthOf(address)))
  return rows.map(({ address, meaning }, index) => {
    const rest = cutToWidth(rests[index] ?? '', width - first - 2)
    return rest === '' ? address : `${padToWidth(address, first)}  ${pen.paint(meaning, rest)}`
  })
}

/** A name for people, before it is known which others come: the name, and how it was learnt first. */
export function nameLine(
  { name, method }: { readonly name: string; readonly method: string },
  options: TableOptions,
): string {
  const { pen, width } = options
  const shown = padToWidth(pen.show(name), FIRST_COLUMN)
  const rest = cutToWidth(pen.show(method), width - widthOf(shown) - 2)
  return rest === '' ? shown.trimEnd() : `${shown}  ${pen.paint('aside', rest)}`
}

function reached({ reachable, latencyMs, error }: Partial<ProbeResult>): string {
  if (reachable === undefined) return ''
  return reachable ? `reachable ${durationText(latencyMs ?? 0)}` : `unreachable ${error?.code ?? ''}`
}

function meaningOf({ reachable }: Partial<ProbeResult>): 'good' | 'bad' | 'aside' {
  if (reachable === undefined) return 'aside'
  return reachable ? 'good' : 'bad'
}
