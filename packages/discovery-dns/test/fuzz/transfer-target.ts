import { isDeepStrictEqual } from 'node:util'
import { simulatedClock } from '@pstorage/discovery-core'
import { equalNames, nameFromText, readMessage } from '@pstorage/dns-message'
import type { FuzzTarget } from '@pstorage/fuzz'
import { parseNameServer } from '../../src/config/name-server.js'
import type { ServerFault } from '../../src/reply/server-fault.js'
import { TransferNames } from '../../src/transfer/names/transfer-names.js'
import { transferZone } from '../../src/transfer/transfer.js'
import { MessageFraming } from '../../src/transport/message-framing.js'
import { type RoundTrip, TcpError } from '../../src/transport/tcp-transport.js'
import { type StreamInput, segmentsOf, streamInputs, streamOf, transfers, zone } from './transfer-stream.js'

const apex = nameFromText(zone)
const server = parseNameServer('192.0.2.53')
const limits = { records: 5_000, bytes: 200_000, time: 120_000, silence: 5_000 }
const signal = new AbortController().signal
const service = nameFromText('_pstorage._tcp')

/**
 * A zone transfer of any stream, split anywhere: it is complete, or a fault that says why; the same whatever the segments; and
 * complete only from one SOA record of the zone to the same one again.
 */
export const target: FuzzTarget = {
  name: 'transfer',
  // A stream of 64 KiB in segments of one octet each takes about 20 on an idle machine.
  time: 250,
  inputs: (random, messages) => streamInputs(random, messages, transfers),
  async check(input) {
    const { stream, sizes } = streamOf(input)
    if (!isDeepStrictEqual(framesOf({ stream, sizes }), framesOf({ stream, sizes: Buffer.of() }))) {
      throw new Error('the segments make other messages of the stream')
    }
    const fault = await transferred({ stream, sizes })
    if (fault === undefined) {
      checkComplete(stream)
      return true
    }
    if (!/^[ -~]{1,300}$/.test(fault.reason) || !/^[A-Z0-9_]+$/.test(fault.code)) {
      throw new Error(`an unsound fault: ${JSON.stringify(fault)}`)
    }
    return false
  },
}

/** The messages of a stream, and how it ends. */
function framesOf(input: StreamInput): readonly string[] {
  const framing = new MessageFraming()
  const messages: string[] = []
  for (const segment of segmentsOf(input)) {
    for (const message of framing.add(segment)) messages.push(message.toString('latin1'))
  }
  return [...messages, framing.unfinished ?? 'between messages']
}

async function transferred(input: StreamInput): Promise<ServerFault | undefined> {
  const names = new TransferNames({ apex, service, domain: apex })
  const record = names.add.bind(names)
  const clock = simulatedClock()
  const converse = conversing(input)
  const plan = { zone: apex, server, converse, limits, patience: 5_000, clock, signal, record }
  const fault = await transferZone(plan)
  for (const { message } of names.warnings) if (!/^[ -~]{1,500}$/.test(message)) throw new Error(`unsafe: ${message}`)
  return fault
}

/** A server that sends the stream and closes. What is under the id 0 answers the query. */
function conversing(input: StreamInput): RoundTrip {
  return async ({ request, onMessage }) => {
    const framing = new MessageFraming()
    for (const segment of segmentsOf(input)) {
      for (const message of framing.add(segment)) {
        const answering = Buffer.from(message)
        for (const at of [0, 1]) if (answering.length > 1) answering[at] = (answering[at] ?? 0) ^ (request[at] ?? 0)
        if (onMessage(answering) === 'done') return
      }
    }
    throw new TcpError('ECLOSED', `closed the connection after ${framing.unfinished ?? 'nothing'}`)
  }
}

/** Looks at the records of a transfer that was taken as complete, all messages together. */
function checkComplete(stream: Buffer): void {
  const answers = [...new MessageFraming().add(stream)].flatMap((message) => {
    try {
      return readMessage(message).answers
    } catch {
      // What follows the end is not read any more.
      return []
    }
  })
  const isApex = ({ name, data }: (typeof answers)[number]): boolean => data.kind === 'SOA' && equalNames(name, apex)
  const [first] = answers
  const end = answers.findIndex((record, index) => index > 0 && record.class === 1 && isApex(record))
  const last = answers[end]
  const serials = [first, last].map((record) => (record?.data.kind === 'SOA' ? record.data.serial : undefined))
  if (first === undefined || !isApex(first) || end < 0) throw new Error('complete without both SOA records')
  if (serials[0] !== serials[1]) throw new Error('complete although the zone changed')
}
