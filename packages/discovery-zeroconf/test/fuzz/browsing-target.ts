import {
  addressConcern,
  canonicalAddress,
  clusterNameFault,
  parseClusterName,
  type ResolveEvent,
  seededRandom,
} from '@pstorage/discovery-core'
import { readMessage } from '@pstorage/dns-message'
import type { FuzzTarget } from '@pstorage/fuzz'
import { listeningTimes } from '../../src/browse/browse-limits.js'
import { ALL_INSTANCES, instancesOf } from '../../src/browse/browse-questions.js'
import { ClusterReporter } from '../../src/browse/cluster-reporter.js'
import { ContinuousBrowser } from '../../src/browse/continuous-browser.js'
import { EndpointReporter, weightedDraw } from '../../src/browse/endpoint-reporter.js'
import { OneShotBrowser } from '../../src/browse/one-shot-browser.js'
import { LinkReceiver } from '../../src/records/link-receiver.js'
import { scriptInputs, scriptOf } from './datagram-script.js'

const networkInterface = {
  name: 'eth0',
  address: '192.0.2.10',
  loopback: false,
  subnets: [
    { address: '192.0.2.10', netmask: '255.255.255.0' },
    { address: 'fe80::10', netmask: 'ffff:ffff:ffff:ffff::' },
  ],
}
const limits = { packetBytes: 9_000, records: 40, recordsPerName: 8, questions: 16, results: 16 }
const cluster = parseClusterName('alpha')
const times = listeningTimes({})
/** Longer than any record lives. */
const AGES = 5 * 60 * 60 * 1_000

/**
 * Datagrams on a link where one question, one for the names and a watch go on at once: nothing is thrown, the limits hold, what is
 * reported can be used and shown, what is queried can be read, and nothing is left of it when its time is over.
 */
export const target: FuzzTarget = {
  name: 'browsing',
  time: 50,
  inputs: scriptInputs,
  check(input) {
    const events: ResolveEvent[] = []
    const emit = (event: ResolveEvent): void => void events.push(event)
    const random = seededRandom(1)
    const receiver = new LinkReceiver({ networkInterface, port: 5353, limits })
    const { cache } = receiver.directory
    const shared = { networkInterface, receiver, times, limits, random, wake: () => {}, completed: () => {} }
    const warn = (warning: { readonly code: string; readonly message: string }): void => {
      events.push({ type: 'warning', ...warning })
    }
    const resolving = new OneShotBrowser({
      ...shared,
      questions: instancesOf(cluster),
      createReporter: (there) =>
        new EndpointReporter({ cluster, context: there, draw: weightedDraw(random), sources: [], emit }),
      warn,
    })
    const discovering = new OneShotBrowser({
      ...shared,
      questions: ALL_INSTANCES,
      createReporter: (there) => new ClusterReporter({ context: there, emit }),
      warn,
    })
    const watching = new ContinuousBrowser({ receiver: receiver, questions: limits.questions, random, wake: () => {} })
    for (const reader of [resolving, discovering, watching]) receiver.observe(reader)
    const failed = (fault: unknown): void => {
      throw fault
    }
    for (const each of [cluster, undefined]) watching.add({ cluster: each, onChange: () => {}, onFailure: failed }, 0)
    for (const browse of [resolving, discovering]) browse.start(0)

    let now = 0
    for (const { bytes, sender, after } of scriptOf(input)) {
      now += after
      for (const each of [resolving, discovering, watching]) for (const sent of each.takeQueries(now)) checkQuery(sent)
      receiver.receive(bytes, sender, now)
      watching.observe(bytes, now)
      const size = [...cache.all(now)].length
      if (size > limits.records) throw new Error(`${size} records are kept, more than ${limits.records}`)
    }
    for (const browse of [resolving, discovering]) browse.reportIncomplete(now)
    for (const event of events) checkEvent(event)
    const results = resolving.reporter.count + discovering.reporter.count
    receiver.sweep(now + AGES)
    if ([...cache.all(now)].length + [...cache.instances()].length > 0) throw new Error('records outlive their time')
    return results > 0
  },
}

function checkQuery(bytes: Uint8Array): void {
  const { header, questions } = readMessage(bytes)
  if (header.response || questions.length > limits.questions + 2)
    throw new Error(`a query of ${questions.length} questions`)
  if (bytes.length > 1_500) throw new Error(`a query of ${bytes.length} octets`)
}

function checkEvent(event: ResolveEvent): void {
  if (event.type === 'cluster' && clusterNameFault(event.name) !== undefined) throw new Error(`no name: ${event.name}`)
  if (event.type === 'endpoint') {
    const { address, port } = event
    const isUsable = canonicalAddress(address) === address && addressConcern(address)?.level !== 'refuse'
    if (!isUsable || port < 1 || port > 65_535) throw new Error(`no endpoint: ${address} ${port}`)
  }
  const shown = JSON.stringify(event, (_, value) => (typeof value === 'string' && isUnsafe(value) ? '\0' : value))
  if (shown.includes('\\u0000')) throw new Error(`it is not escaped: ${JSON.stringify(event)}`)
}

function isUnsafe(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
}
