import { type DiscoverReport, formatEndpoint, type ResolveReport } from '@pstorage/discovery-core'
import type { TerminalText } from '../terminal/terminal-text.js'

/** One result a line: names in order, or addresses best first. */
export function textOf(report: DiscoverReport | ResolveReport, show: TerminalText): string {
  const lines =
    'clusters' in report
      ? report.clusters.map(({ name }) => show(name))
      : report.endpoints.map((it) => show(formatEndpoint(it)))
  return lines.map((line) => `${line}\n`).join('')
}
