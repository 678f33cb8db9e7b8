import { type Message, nameToText, readMessage, recordTypeName } from '@pstorage/dns-message'
import type { OutgoingMessage } from '../../src/announce/responder.js'

/** The octets that fit into one frame with room for the headers. */
const FRAME = 1_472
/** The most octets of an answer by unicast DNS. */
const LARGEST = 9_000
/** No record is sent to the group twice within a second (RFC 6762 section 6), */
const RECORD_INTERVAL = 1_000
/** except to a host that probes for its name; probes are as far apart (sections 6 and 8.1). */
const PROBE_INTERVAL = 250

/** Holds what a host says on one link against the rules about how much it may, and how often. */
export class SendingRules {
  readonly #lastAt = new Map<string, number>()
  #left = 0
  #probedAt = Number.NEGATIVE_INFINITY

  /** Something has happened that is worth so many messages, at the most. */
  allow(messages: number): void {
    this.#left += messages
  }

  /** Another host has probed, and has to be answered sooner than others. */
  probed(now: number): void {
    this.#probedAt = now
  }

  /** @throws Error when a message cannot be read, is too long, comes too soon or is one too many */
  sent({ bytes, to }: OutgoingMessage, now: number): void {
    if (this.#left === 0) throw new Error('more is sent than there is reason for')
    this.#left -= 1
    if (bytes.length > (to?.isLegacy === true ? LARGEST : FRAME)) {
      throw new Error(`${bytes.length} octets are sent at once`)
    }
    const message = readMessage(bytes)
    if (to !== undefined) return
    const isDefence = now - this.#probedAt <= PROBE_INTERVAL
    const interval = message.header.response && !isDefence ? RECORD_INTERVAL : PROBE_INTERVAL
    for (const key of partsOf(message)) {
      const last = this.#lastAt.get(key) ?? Number.NEGATIVE_INFINITY
      if (now - last < interval) throw new Error(`after ${now - last} ms there is again ${key}`)
      this.#lastAt.set(key, now)
    }
  }
}

/** The questions of a probe, or the sets of records of a response, each once and none of what is taken back. */
function partsOf({ header, questions, answers, additionals }: Message): ReadonlySet<string> {
  if (!header.response) return new Set(questions.map(({ name }) => `the probe for ${nameToText(name)}`))
  const records = [...answers, ...additionals].filter(({ ttl }) => ttl > 0)
  return new Set(records.map(({ name, type }) => `${recordTypeName(type)} ${nameToText(name)}`))
}
