import type { Attempt, AttemptError, Source } from '@pstorage/discovery-core'
import { meaningOf, type Paint } from './paint.js'
import type { TerminalText } from './terminal-text.js'
import { padToWidth } from './text-width.js'

/** How lines for people are written. */
export interface Pen {
  readonly paint: Paint
  readonly show: TerminalText
  /** Set where a person reads line after line as they come: columns begin at the same cells, and this one has so many. */
  readonly placeWidth?: number | undefined
}

/** `dns-axfr`, and `unavailable`. */
const [METHOD, STATUS] = [8, 11]

/** One attempt in a line: `dns-txt  pstorage_clusters.pstorage.test @127.0.0.1:53  found 6  3 ms`. */
export function attemptLine(attempt: Attempt, { paint, show, placeWidth }: Pen): string {
  const fill = (text: string, width = 0): string => (placeWidth === undefined ? text : padToWidth(text, width))
  const { backend, method, target, server, status, count, elapsedMs, error, detail } = attempt
  const place = [target, server === null ? null : `@${server}`].filter((part) => part !== null).join(' ')
  const how = count > 0 ? `${status} ${count}` : status
  const why = [error === null ? null : errorText(error), detail].filter((part) => part !== null).join('; ')
  const fields = [
    fill(show(method ?? backend), METHOD),
    fill(show(place), placeWidth),
    paint(meaningOf(status), fill(show(how), STATUS)),
    status === 'skipped' || status === 'unavailable' ? '' : paint('aside', durationText(elapsedMs)),
    why === '' ? '' : `(${show(why)})`,
  ]
  return fields.filter((field) => field !== '').join('  ')
}

/** Who says something, in a line: `dns-txt  pstorage_clusters.pstorage.test @127.0.0.1:53`. */
export function sourceLine({ method, origin }: Source, { show }: Pen): string {
  return `${show(method)}  ${show(origin)}`
}

function errorText({ code, message }: AttemptError): string {
  return message.includes(code) ? message : `${code}: ${message}`
}

/** Writes milliseconds for people: `0.3 ms`, `12 ms`, `1.5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  return milliseconds < 1 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`
}
