import {
  type DiscoverReport,
  formatEndpoint,
  type ProbeResult,
  type ResolvedEndpoint,
  type ResolveReport,
} from '@pstorage/discovery-core'
import { durationText } from '../terminal/attempt-line.js'
import type { TerminalText } from '../terminal/terminal-text.js'

/** One result a line: names in order, or addresses best first; after them, whether they can be reached where that was tried. */
export function textOf(report: DiscoverReport | ResolveReport, show: TerminalText): string {
  const lines =
    'clusters' in report
      ? report.clusters.map(({ name }) => show(name))
      : report.endpoints.map((it) => `${show(formatEndpoint(it))}${show(markOf(it))}`)
  return lines.map((line) => `${line}\n`).join('')
}

function markOf({ reachable, latencyMs, error }: ResolvedEndpoint & Partial<ProbeResult>): string {
  if (reachable === undefined) return ''
  return reachable ? `  reachable  ${durationText(latencyMs ?? 0)}` : `  unreachable  ${error?.code ?? ''}`
}
