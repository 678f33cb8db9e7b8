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
import {
  asciiJson,
  attemptShape,
  clusterShape,
  resolvedShape,
  SCHEMA_VERSION,
  warningShape,
} from '../../output/json.js'
import { shortenMiddle } from '../../terminal/columns.js'
import type { Meaning, Style } from '../../terminal/style.js'
import { wrapLine } from '../../terminal/wrap.js'
import type { CommandState } from './run-command.js'

export interface ChangeLinesOptions {
  /** The time of the event. */
  readonly at: Date
  /** The cluster that is watched; `undefined` for the names. */
  readonly cluster: ClusterName | undefined
  readonly style: Style
}

type Item = ResolvedEndpoint | DiscoveredCluster
type Line = readonly [word: string, meaning: Meaning, subject: string, more?: string]

/** The longest word for a change. */
const WIDTH = 'undetermined'.length

/** The indentation of the lines after the first of one change. */
const HANG = 4

/** Returns the lines for an event, one change each: `2026-11-26T06:00:00Z  added         192.0.2.3:2510  dns-srv`. */
export function changeLines(event: EndpointWatchEvent | ClusterWatchEvent, options: ChangeLinesOptions): string {
  const { at, cluster, style } = options
  const time = style.paint('aside', `${at.toISOString().slice(0, 19)}Z`)
  return linesOf(event, cluster ?? 'names')
    .flatMap(([word, meaning, subject, more = '']) => {
      const fields = [time, style.paint(meaning, word.padEnd(WIDTH)), style.show(subject), fitted(more, style)]
      return wrapLine(fields.filter((field) => field !== '').join('  '), style.width, HANG)
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** Cuts host names that are longer than a line. */
function fitted(text: string, { show, width = Number.POSITIVE_INFINITY, ellipsis }: Style): string {
  const words = show(text).split(' ')
  return words.map((word) => shortenMiddle(word, width - HANG, ellipsis)).join(' ')
}

function linesOf(event: EndpointWatchEvent | ClusterWatchEvent, subject: string): readonly Line[] {
  switch (event.type) {
    case 'snapshot': {
      const meaning = event.outcome === 'known' ? 'warning' : 'bad'
      const nothing: Line = [event.outcome, meaning, subject, reasonOf(event.attempts)]
      return each(event, (item) => ['found', 'good', nameOf(item), originOf(item)], nothing)
    }
    case 'stale': {
      const why = `last confirmed ${formatAge(event.staleMs)} ago: ${reasonOf(event.attempts)}`
      return each(event, (item) => ['stale', 'warning', nameOf(item), why], ['stale', 'warning', subject, why])
    }
    case 'recovered':
      return each(event, (item) => ['recovered', 'good', nameOf(item), originOf(item)], ['recovered', 'good', subject])
    case 'removed':
      return [['removed', 'bad', nameOf(event), event.outcome === 'found' ? '' : `now ${event.outcome}`]]
    case 'added':
    case 'updated':
      return [[event.type, 'good', nameOf(event), originOf(event)]]
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

/** Returns the methods and the host name of an item. */
function originOf(item: Item): string {
  const methods = [...new Set(item.sources.map(({ method }) => method))].join(', ')
  return 'host' in item && item.host !== null ? `${methods}  ${item.host}` : methods
}

/** Returns the attempts that failed; where none did, those that denied or were silent. */
function reasonOf(attempts: readonly Attempt[]): string {
  const failed = attempts.filter(({ status }) => !['found', 'empty', 'silent', 'skipped'].includes(status))
  const relevant =
    failed.length > 0 ? failed : attempts.filter(({ status }) => status === 'empty' || status === 'silent')
  return [...new Set(relevant.map(({ backend, method, status }) => `${method ?? backend} ${status}`))].join(', ')
}

/** Returns an event as a line of JSON. */
export function ndjsonOfChange(event: EndpointWatchEvent | ClusterWatchEvent, at: Date): string {
  return `${asciiJson(shapeOf(event, at))}\n`
}

function shapeOf(event: EndpointWatchEvent | ClusterWatchEvent, date: Date): object {
  const { type, outcome } = event
  const at = date.toISOString()
  switch (type) {
    case 'snapshot':
      return { type, schemaVersion: SCHEMA_VERSION, at, outcome, ...itemsOf(event), ...reasonsOf(event) }
    case 'stale':
      return { type, at, outcome, staleMs: event.staleMs, ...itemsOf(event), ...reasonsOf(event) }
    case 'recovered':
      return { type, at, outcome, ...itemsOf(event) }
    default:
      if ('name' in event) return { type, at, outcome, ...clusterShape(event) }
      return { type, at, outcome, ...resolvedShape(event), endpoints: event.endpoints.map(resolvedShape) }
  }
}

/**
 * Returns all results after an event, for the command of `--exec`; nothing for an event that changes none of them, such as results that
 * are stale now.
 */
export function stateOf(
  event: EndpointWatchEvent | ClusterWatchEvent,
  { at, cluster }: Pick<ChangeLinesOptions, 'at' | 'cluster'>,
): CommandState | undefined {
  if (event.type === 'stale' || event.type === 'recovered') return undefined
  const { outcome } = event
  const head = { schemaVersion: SCHEMA_VERSION, at: at.toISOString(), outcome }
  if ('clusters' in event) {
    const names = event.clusters.map(({ name }) => name)
    return {
      variables: { PSTORAGE_OUTCOME: outcome, PSTORAGE_CLUSTERS: names.slice(0, MOST_WORDS).join(' ') },
      json: `${asciiJson({ ...head, clusters: event.clusters.map(clusterShape) })}\n`,
    }
  }
  return {
    variables: {
      PSTORAGE_OUTCOME: outcome,
      PSTORAGE_CLUSTER: cluster ?? '',
      PSTORAGE_ENDPOINTS: event.endpoints.slice(0, MOST_WORDS).map(formatEndpoint).join(' '),
    },
    json: `${asciiJson({ ...head, cluster, endpoints: event.endpoints.map(resolvedShape) })}\n`,
  }
}

/**
 * The most names or addresses in the environment of a command: the system allows 128 KiB for one variable (execve(2)). All of them are
 * on its standard input.
 */
const MOST_WORDS = 1_000

function itemsOf(event: Extract<EndpointWatchEvent | ClusterWatchEvent, { type: 'snapshot' | 'stale' | 'recovered' }>) {
  if ('clusters' in event) return { clusters: event.clusters.map(clusterShape) }
  const cluster = 'cluster' in event ? { cluster: event.cluster } : {}
  return { ...cluster, endpoints: event.endpoints.map(resolvedShape) }
}

function reasonsOf({
  attempts,
  warnings,
}: Extract<EndpointWatchEvent | ClusterWatchEvent, { type: 'snapshot' | 'stale' }>) {
  return { attempts: attempts.map(attemptShape), warnings: warnings.map(warningShape) }
}
