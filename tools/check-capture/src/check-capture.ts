import type { Datagram } from './datagram.js'
import { announcing } from './rules/announcing.js'
import { answering } from './rules/answering.js'
import { cacheFlush } from './rules/cache-flush.js'
import { goodbye } from './rules/goodbye.js'
import { headers } from './rules/headers.js'
import { knownAnswerLists } from './rules/known-answer-lists.js'
import { knownAnswers } from './rules/known-answers.js'
import { probing } from './rules/probing.js'
import { questions } from './rules/questions.js'
import { recordRate } from './rules/record-rate.js'
import { type Finding, trafficOf } from './traffic.js'

/** The findings of a capture. */
export interface CaptureReport {
  /** In the order of time. */
  readonly findings: readonly Finding[]
  /** Number of messages that the host has sent. */
  readonly messages: number
}

const rules = [
  ...[headers, cacheFlush, questions, knownAnswerLists, answering, recordRate],
  ...[knownAnswers, probing, announcing, goodbye],
]

/**
 * Checks what a host has sent, from its start to its end.
 *
 * @param addresses all addresses of that host
 */
export function checkCapture(datagrams: readonly Datagram[], addresses: readonly string[]): CaptureReport {
  const { traffic, findings } = trafficOf(datagrams, addresses)
  const found = traffic.flatMap((one) => rules.flatMap((rule) => rule(one)))
  return {
    findings: [...findings, ...found].toSorted((a, b) => a.at - b.at),
    messages: traffic.reduce((sum, { own }) => sum + own.length, 0),
  }
}
