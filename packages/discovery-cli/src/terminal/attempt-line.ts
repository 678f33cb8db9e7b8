import { domainToASCII, domainToUnicode } from 'node:url'
import type { Attempt, AttemptError, ServerAttempt, Source } from '@pstorage/discovery-core'
import { padToWidth, shortenMiddle } from './columns.js'
import { meaningOf, type Style } from './style.js'
import type { TerminalText } from './terminal-text.js'

/** `bootstrap`, and `unavailable`. */
const [METHOD, STATUS] = [9, 11]

/**
 * Returns a line for one attempt: `dns-txt  pstorage_clusters.pstorage.test @127.0.0.1:53  found 6  3 ms`. On a terminal a target that is
 * longer than a line is cut in its middle.
 */
export function attemptLine(attempt: Attempt, { paint, show, width, ellipsis, targetWidth }: Style): string {
  const fill = (text: string, width = 0): string => (targetWidth === undefined ? text : padToWidth(text, width))
  const { backend, method, target, server, status, count, elapsedMs, error, detail } = attempt
  const name = target === null ? '' : show(withUnicode(target))
  const fit = (word: string): string => (width === undefined ? word : shortenMiddle(word, width - HANG, ellipsis))
  const shown = name.split(' ').map(fit).join(' ')
  const subject = `${shown}${server === null ? '' : ` @${show(server)}`}`.trimStart()
  const outcome = count > 0 ? `${status} ${count}` : status
  const fields = [
    fill(show(method ?? backend), METHOD),
    fill(subject, targetWidth),
    paint(meaningOf(status), fill(show(outcome), STATUS)),
    status === 'skipped' || status === 'unavailable' ? '' : paint('aside', durationText(elapsedMs)),
    reasonText({ error, detail }, show),
  ]
  return fields.filter((field) => field !== '').join('  ')
}

/** The indentation of the second line of an attempt that is wrapped, below the claim that it supports. */
const HANG = 4

/** Returns the lines of one attempt: of several servers, each has a line with its own status. */
export function attemptLines(attempt: Attempt, style: Style): readonly string[] {
  const { servers = [] } = attempt
  const others = servers.length > 1 ? servers : []
  return [attemptLine(attempt, style), ...others.map((server) => serverLine(server, style))]
}

/** More attempts that end alike are summed up. */
const MOST_ALIKE = 4

/**
 * Sums up attempts without a result that asked the same on many interfaces and ended alike: each of those stands for all, at the place
 * of the first.
 */
export function sumUpInterfaces(attempts: readonly Attempt[]): readonly Attempt[] {
  const groups = new Map<unknown, Attempt[]>()
  for (const attempt of attempts) {
    const { method, target, status, error, count } = attempt
    const isAlike = method === 'mdns' && count === 0
    const key = isAlike ? JSON.stringify([target, status, error?.code]) : attempt
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [attempt])
    else group.push(attempt)
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined || group.length <= MOST_ALIKE) return group
    const target = `${first.target ?? ''} on ${group.length} interfaces`
    const elapsedMs = Math.max(...group.map((attempt) => attempt.elapsedMs))
    return [{ ...first, target, server: null, elapsedMs, detail: '-v shows each' }]
  })
}

/** Returns a line for one server of an attempt: `  @192.0.2.1:53  timeout  (ETIMEDOUT: no answer)`. */
export function serverLine(
  { server, status, error, detail }: ServerAttempt,
  { paint, show, targetWidth }: Style,
): string {
  const indent = targetWidth === undefined ? '  ' : ' '.repeat(METHOD + 2)
  const name = show(`@${server}`)
  const fields = [
    targetWidth === undefined ? name : padToWidth(name, targetWidth),
    paint(meaningOf(status), show(status)),
    reasonText({ error, detail }, show),
  ]
  return `${indent}${fields.filter((field) => field !== '').join('  ')}`
}

function reasonText({ error, detail }: Pick<Attempt, 'error' | 'detail'>, show: TerminalText): string {
  const reason = [error === null ? null : errorText(error), detail].filter((part) => part !== null).join('; ')
  return reason === '' ? '' : `(${show(reason)})`
}

/** Returns a line for a source: `dns-txt  pstorage_clusters.pstorage.test @127.0.0.1:53`. */
export function sourceLine({ method, origin }: Source, { show }: Style): string {
  return `${show(method)}  ${show(withUnicode(origin))}`
}

function errorText({ code, message }: AttemptError): string {
  return message.includes(code) ? message : `${code}: ${message}`
}

/** Formats milliseconds for people: `0.3 ms`, `12 ms`, `1.5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  return milliseconds < 1 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`
}

/** A domain from its first A-label on. */
const A_LABELS = /(?<![A-Za-z0-9_-])xn--[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/i

/** Adds to a domain with A-labels the letters that these stand for: `xn--bcher-kva.test (bücher.test)`. */
export function withUnicode(text: string): string {
  const [domain] = A_LABELS.exec(text) ?? []
  if (domain === undefined) return text
  const unicode = domainToUnicode(domain)
  // Letters are shown only where they stand for the same domain.
  const isSame = unicode !== domain.toLowerCase() && domainToASCII(unicode) === domain.toLowerCase()
  return isSame ? text.replace(domain, `${domain} (${unicode})`) : text
}
