import type { DiscoverReport, ResolveReport } from '@pstorage/discovery-core'
import type { Format } from '../commands/command.js'
import type { TerminalText } from '../terminal/terminal-text.js'
import type { TableOptions } from './table.js'
import { textOf } from './text.js'

export interface ReportTextOptions {
  readonly show: TerminalText
  /** JSON for people to read. */
  readonly pretty: boolean
  /** Set where text is a table for people. */
  readonly table?: TableOptions | undefined
}

/** A whole report in a format; nothing in `ndjson`, which has printed its events, and where it has none. Formats are loaded when they are used. */
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
      return ''
    case 'zone':
      return (await import('./zone.js')).zoneOf(report)
    default:
      return addressesText(report, format)
  }
}

/** The formats that have addresses, and so go with `resolve` alone. */
async function addressesText(
  report: DiscoverReport | ResolveReport,
  format: 'bs-list' | 'prometheus',
): Promise<string> {
  if (!('endpoints' in report)) return ''
  if (format === 'bs-list') return (await import('./bs-list.js')).bsListOf(report)
  return (await import('./prometheus.js')).prometheusOf(report)
}
