import { systemClock } from '@pstorage/discovery-core'
import { type Message, RecordType, readHeader, readQuestions } from '@pstorage/dns-message'
import { expect, it } from 'vitest'
import { encode } from '../../dns-message/test/encode.js'
import type { ExchangePlan } from '../src/client/transaction/exchange-plan.js'
import { ServerHealth } from '../src/client/transaction/server-health.js'
import { Transaction } from '../src/client/transaction/transaction.js'
import { parseNameServer } from '../src/config/name-server.js'
import { SocketSemaphore } from '../src/transport/socket-semaphore.js'
import type { RoundTrip } from '../src/transport/tcp-transport.js'
import { message, name, record } from './records.js'

/** Sends the answer in memory that is used for something else as soon as it has been heard. */
const converse: RoundTrip = async ({ request, onMessage }) => {
  const text = record('names.test', { kind: 'TXT', strings: [Buffer.from('alpha,beta')] })
  const [question] = readQuestions(request)
  const { id } = readHeader(request)
  const reply = message('names.test', RecordType.TXT, { header: { id }, answers: [text] })
  const memory = Buffer.from(encode({ ...reply, questions: question === undefined ? [] : [question] }))
  expect(onMessage(memory)).toBe('done')
  memory.fill(0xee)
}

it('keeps an answer over TCP when the memory in which it came is used again', async () => {
  const answer = await new Promise<Message>((resolve, reject) => {
    const server = parseNameServer('192.0.2.53')
    const plan: ExchangePlan = {
      question: { name: name('names.test'), type: RecordType.TXT },
      servers: [server],
      listed: [server],
      mayDeny: true,
      denials: 'proven',
      interval: 400,
      rounds: 1,
      tcpOnly: true,
      converse,
      authenticData: false,
      randomCase: false,
      cookies: undefined,
      slots: new SocketSemaphore(1),
      health: new ServerHealth(systemClock),
      clock: systemClock,
    }
    const exchange = new Transaction(plan, server, {
      signal: () => new AbortController().signal,
      answered: (_, heard) => resolve(heard),
      overloaded: () => reject(new Error('it was not refused')),
      failed: (_, fault) => reject(fault),
    })
    exchange.send()
  })
  expect(answer.answers.map(({ data }) => data)).toEqual([
    { kind: 'TXT', strings: [Uint8Array.from(Buffer.from('alpha,beta'))] },
  ])
})
