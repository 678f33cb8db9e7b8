import {
  type Attempt,
  type ClusterName,
  type ClusterWatchEvent,
  type DiscoveredCluster,
  type EndpointWatchEvent,
  formatAge,
  formatEndpoint,
  type ResolvedEndpoint,
} from '@pstorage/discovery-core'
import type { Pen } from '../terminal/attempt-line.js'
import type { Meaning } from '../terminal/paint.js'

export interface ChangeLinesOptions {
  /** When it was told. */
  readonly at: Date
  /** What is watched; `undefined` for the names. */
  readonly cluster: ClusterName | undefined
  readonly pen: Pen
}

type Item = ResolvedEndpoint | DiscoveredCluster
type Line = readonly [word: string, meaning: Meaning, subject: string, more?: string]

/** The longest of the words that say what has happened. */
const WIDTH = 'undetermined'.length

/** An event for people, one change a line: `2026-11-26T06:00:00Z  added         192.0.2.3:2510  dns-srv`. */
export function changeLines(event: EndpointWatchEvent | ClusterWatchEvent, options: ChangeLinesOptions): string {
  const { at, cluster, pen } = options
  const time = pen.paint('aside', `${at.toISOString().slice(0, 19)}Z`)
  return linesOf(event, cluster ?? 'names')
    .map(([word, meaning, subject, more = '']) => {
      const fields = [time, pen.paint(meaning, word.padEnd(WIDTH)), pen.show(subject), pen.show(more)]
      return `${fields.filter((field) => field !== '').join('  ')}\n`
    })
    .join('')
}

function linesOf(event: EndpointWatchEvent | ClusterWatchEvent, subject: string): readonly Line[] {
  switch (event.type) {
    case 'snapshot': {
      const meaning = event.outcome === 'known' ? 'warning' : 'bad'
      const nothing: Line = [event.outcome, meaning, subject, reasonOf(event.attempts)]
      return each(event, (item) => ['found', 'good', nameOf(item), voicesOf(item)], nothing)
    }
    case 'stale': {
      const why = `last confirmed ${formatAge(event.staleMs)} ago: ${reasonOf(event.attempts)}`
      return each(event, (item) => ['stale', 'warning', nameOf(item), why], ['stale', 'warning', subject, why])
    }
    case 'recovered':
      return each(event, (item) => ['recovered', 'good', nameOf(item), voicesOf(item)], ['recovered', 'good', subject])
    case 'removed':
      return [['removed', 'bad', nameOf(event), event.outcome === 'found' ? '' : `now ${event.outcome}`]]
    case 'added':
    case 'updated':
      return [[event.type, 'good', nameOf(event), voicesOf(event)]]
  }
}

function each(
  event: { readonly endpoints: readonly Item[] } | { readonly clusters: readonly Item[] },
  line: (item: Item) => Line,
  ofNone: Line,
): readonly Line[] {
  const items = 'endpoints' in event ? event.endpoints : event.clusters
  return items.length === 0 ? [ofNone] : items.map(line)
}

function nameOf(item: Item): string {
  return 'name' in item ? item.name : formatEndpoint(item)
}

/** Who says it, and from which host name it came. */
function voicesOf(item: Item): string {
  const methods = [...new Set(item.sources.map(({ method }) => method))].join(', ')
  return 'host' in item && item.host !== null ? `${methods}  ${item.host}` : methods
}

/** Who could not be asked; where everybody could be, who said no or was silent. */
function reasonOf(attempts: readonly Attempt[]): string {
  const failed = attempts.filter(({ status }) => !['found', 'empty', 'silent', 'skipped'].includes(status))
  const telling =
    failed.length > 0 ? failed : attempts.filter(({ status }) => status === 'empty' || status === 'silent')
  return [...new Set(telling.map(({ backend, method, status }) => `${method ?? backend} ${status}`))].join(', ')
}
