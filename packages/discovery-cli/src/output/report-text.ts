import {
  type DiscoverReport,
  formatEndpoint,
  type ProbeResult,
  type ResolvedEndpoint,
  type ResolveReport,
} from '@pstorage/discovery-core'
import type { Format } from '../args/command.js'
import { durationText } from '../terminal/attempt-line.js'
import type { TerminalText } from '../terminal/terminal-text.js'
import type { TableOptions } from './table.js'

export interface ReportTextOptions {
  readonly show: TerminalText
  /** Indents JSON. */
  readonly pretty: boolean
  /** Set where text is a table. */
  readonly table?: TableOptions | undefined
}

/** Returns a report in a format, which is loaded when it is used; nothing in `ndjson`, whose events have been printed. */
export async function reportText(
  report: DiscoverReport | ResolveReport,
  format: Format,
  { show, pretty, table }: ReportTextOptions,
): Promise<string> {
  switch (format) {
    case 'text':
      if (table !== undefined && 'endpoints' in report) {
        const { endpointLines } = await import('./table.js')
        return endpointLines(report.endpoints, table)
          .map((line) => `${line}\n`)
          .join('')
      }
      return textOf(report, show)
    case 'json':
      return (await import('./json.js')).jsonOf(report, { pretty })
    case 'ndjson':
    case 'nsupdate':
    case 'nagios':
      return ''
    case 'zone':
      return (await import('../zone/zone-text.js')).zoneOf(report)
    default:
      return addressesText(report, format)
  }
}

/** Returns a report in a format of endpoints, which only `resolve` has. */
async function addressesText(
  report: DiscoverReport | ResolveReport,
  format: 'bs-list' | 'share' | 'prometheus',
): Promise<string> {
  if (!('endpoints' in report)) return ''
  const { bsListOf, prometheusOf, shareOf } = await import('./endpoint-files.js')
  return { 'bs-list': bsListOf, share: shareOf, prometheus: prometheusOf }[format](report)
}

/** Returns one result per line: names in order, or addresses best first, with the result of the probe if any. */
function textOf(report: DiscoverReport | ResolveReport, show: TerminalText): string {
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
