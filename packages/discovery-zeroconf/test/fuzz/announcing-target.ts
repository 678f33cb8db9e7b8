import { seededRandom } from '@pstorage/discovery-core'
import { readMessage } from '@pstorage/dns-message'
import type { FuzzTarget } from '@pstorage/fuzz'
import { readDatagram } from '../../src/announce/read-datagram.js'
import { type OutgoingMessage, Responder } from '../../src/announce/responder.js'
import { claimsOf } from '../announce/responder-scene.js'
import { scriptInputs, scriptOf } from './datagram-script.js'

const place = {
  name: 'eth0',
  address: '192.0.2.10',
  loopback: false,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
}
const claims = claimsOf()
const rules = { place, port: 5353 }
/** What fits into one frame with room for the headers. */
const FRAME = 1_472
/** Announcements, probes and answers to several questions; more of them would be a weapon in the hands of another host. */
const MOST_SAID = 60

/**
 * Datagrams to a host that announces a cluster, while it probes or long after: nothing is thrown, whatever is said can be read
 * and fits into a frame, nobody off the link is answered, and little is said however much is asked.
 */
export const target: FuzzTarget = {
  name: 'announcing',
  time: 50,
  inputs: scriptInputs,
  check(input) {
    const responder = new Responder({ random: seededRandom(1), isOurs: () => false, conflict: () => 1_000 })
    const said: OutgoingMessage[] = []
    let now = 0
    const pass = (until: number): void => {
      for (let at = responder.nextAt(); at <= until; at = responder.nextAt()) {
        now = Math.max(now, at)
        said.push(...responder.take(now))
        if (said.length > MOST_SAID) throw new Error(`more than ${MOST_SAID} messages are said`)
      }
      now = until
    }
    responder.publish(claims, now)
    const datagrams = scriptOf(input)
    if (datagrams.length % 2 === 0) pass(10_000)
    let heard = 0
    for (const { bytes, sender, after } of datagrams) {
      pass(now + after)
      const message = readDatagram(bytes, sender, rules)
      if (message === undefined) continue
      if (sender.address === '203.0.113.9' || sender.port === 0) throw new Error('what comes from elsewhere is heard')
      heard += 1
      responder.hear(message, { ...sender, isLegacy: sender.port !== rules.port }, now)
      if (Number.isNaN(responder.nextAt())) throw new Error('it is not known when something is to be said')
    }
    pass(now + 60_000)
    said.push(...responder.goodbye().map((bytes) => ({ bytes, to: undefined })))
    for (const { bytes, to } of said) {
      if (bytes.length > (to?.isLegacy === true ? 9_000 : FRAME))
        throw new Error(`${bytes.length} octets are said at once`)
      readMessage(bytes)
    }
    return heard > 0
  },
}
