import { seededRandom } from '@pstorage/discovery-core'
import type { Message } from '@pstorage/dns-message'
import type { FuzzTarget } from '@pstorage/fuzz'
import { readDatagram } from '../../src/announce/announcing-link.js'
import { rrsetsOf } from '../../src/announce/registration.js'
import { Responder } from '../../src/announce/responder.js'
import { registrationsOf } from '../announce/responder-scene.js'
import { scriptInputs, scriptOf } from './datagram-script.js'
import { SendingRules } from './sending-rules.js'

const networkInterface = {
  name: 'eth0',
  address: '192.0.2.10',
  loopback: false,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
}
const registrations = registrationsOf()
const rules = { networkInterface, port: 5353 }
const sets = rrsetsOf(registrations)
/** Messages until names are established: three probes and three announcements, each of all names (RFC 6762 sections 8.1 and 8.3). */
const CLAIMING = 6
/** Announcements that come apart where a record was sent between the first and the second, since none is sent twice in a second. */
const APART = 2

/**
 * Datagrams to a host that announces a cluster, while it probes or long after: nothing is thrown, whatever is said can be read
 * and fits into a frame, no host off the link is answered, no record is sent too often, and no more messages are sent than what was
 * received is reason for.
 */
export const target: FuzzTarget = {
  name: 'announcing',
  time: 50,
  inputs: scriptInputs,
  check(input) {
    const sending = new SendingRules()
    let isDisputed = false
    const responder = new Responder({
      random: seededRandom(1),
      isOurs: () => false,
      conflict(_, phase) {
        isDisputed ||= phase === 'established'
        return 1_000
      },
    })
    let now = 0
    const pass = (until: number): void => {
      for (let at = responder.nextAt(); at <= until; at = responder.nextAt()) {
        now = Math.max(now, at)
        for (const message of responder.take(now)) sending.sent(message, now)
      }
      now = until
    }
    responder.publish(registrations, now)
    sending.allow(CLAIMING)
    const datagrams = scriptOf(input)
    if (datagrams.length % 2 === 0) pass(10_000)
    let incoming = 0
    for (const { bytes, sender, after } of datagrams) {
      pass(now + after)
      const message = readDatagram(bytes, sender, rules)
      if (message === undefined) continue
      if (sender.address === '203.0.113.9' || sender.port === 0)
        throw new Error('what comes from elsewhere is received')
      incoming += 1
      sending.allow(worth(message, responder))
      if (!message.header.response && message.authorities.length > 0) sending.probed(now)
      isDisputed = false
      responder.receive(message, { ...sender, isLegacy: sender.port !== rules.port }, now)
      // Names that were ours are claimed once more, together (section 9).
      if (isDisputed) sending.allow(CLAIMING)
      if (Number.isNaN(responder.nextAt())) throw new Error('it is not known when something is to be said')
    }
    pass(now + 60_000)
    sending.allow(1)
    for (const bytes of responder.goodbye()) sending.sent({ bytes, to: undefined }, now)
    return incoming > 0
  },
}

/** Messages that one that is received may be followed by, besides those for names that it disputes. */
function worth(message: Message, responder: Responder): number {
  const { header, questions, answers, authorities, additionals } = message
  if (header.response) {
    // A record of ours that is sent with too short a life is put right, each set at a time of its own (section 6.6).
    const wrong = [...answers, ...authorities, ...additionals].filter((record) => {
      return sets.some((set) => set.type === record.type && record.ttl < set.ttl / 2) && responder.publishes(record)
    })
    return wrong.length === 0 ? 0 : Math.min(wrong.length, sets.length) + APART
  }
  if (questions.length === 0) return 0
  // One answer to the group, and one to the querier alone; the loser of a simultaneous probe sends again what others go on announcing (section 8.2).
  return 2 + APART + (authorities.length > 0 ? CLAIMING : 0)
}
