import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type Random, systemClock, systemRandom } from '@pstorage/discovery-core'
import {
  equalNames,
  MessageError,
  type Question,
  readHeader,
  readMessage,
  readQuestions,
  writeQuery,
} from '@pstorage/dns-message'
import type { MulticastFamily } from './multicast-interface.js'
import { type FamilyPort, type LinkOptions, RECEIVE_BUFFER } from './multicast-link.js'

/**
 * Opens an interface over one IP version when the shared port is taken: questions go out one by one, each with an id of
 * its own, from a port that the system chooses, and only answers to them are accepted.
 *
 * @param refusal the error with which the shared port could not be opened
 * @see RFC 6762 sections 5.1 and 6.7
 */
export async function openOneShotPort(
  family: MulticastFamily,
  options: LinkOptions,
  refusal: Error,
): Promise<FamilyPort> {
  const { port, signal, onMessage, onError } = options
  const sentQuestions = new OneShotQuestions(systemRandom, systemClock.now)
  const socket = createSocket({ type: family.socketType, recvBufferSize: RECEIVE_BUFFER })
  const abort = AbortSignal.any([signal])
  let isClosed = false
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    abort.removeEventListener('abort', close)
    socket.close()
  }
  abort.addEventListener('abort', close, { once: true })
  try {
    await bind(socket, family, abort)
  } catch (error) {
    close()
    throw error
  }
  socket.on('error', onError)
  socket.on('message', (bytes, { address, port: from }) => {
    if (sentQuestions.isAnswer(bytes)) onMessage(bytes, { address, port: from })
  })
  const { port: ownPort } = socket.address()
  return {
    refusal,
    notes: [
      `${family.name} was queried from port ${ownPort}, because port ${port} cannot be shared: ${refusal.message}`,
    ],
    send(message, sent) {
      const { questions } = readMessage(message)
      // Further messages of known answers have no question: from this port, known answers cannot be sent.
      if (questions.length === 0) return sent(null)
      for (const [index, question] of questions.entries()) {
        const query = writeQuery({ ...question, id: sentQuestions.add(question), recursionDesired: false })
        socket.send(query, port, family.destination, index === 0 ? sent : undefined)
      }
    },
    close,
  }
}

async function bind(socket: Socket, { anyAddress, interface: networkInterface }: MulticastFamily, signal: AbortSignal) {
  signal.throwIfAborted()
  const listening = once(socket, 'listening', { signal })
  socket.bind(0, anyAddress)
  await listening
  socket.setMulticastInterface(networkInterface)
  socket.setMulticastTTL(255)
}

/**
 * The questions sent from a port of our own, by id. An answer repeats both.
 *
 * Only the last {@link REMEMBERED} count, for two seconds, which gives less to aim at to a forger who has to guess the
 * id.
 *
 * @see RFC 6762 section 6.7
 */
export class OneShotQuestions {
  readonly #random: Random
  readonly #now: () => number
  readonly #questions = new Map<number, { readonly question: Question; readonly at: number }>()

  /** `now` gives the time in milliseconds. */
  constructor(random: Random, now: () => number) {
    this.#random = random
    this.#now = now
  }

  /** Adds a question, and returns a random id for it: not 0, which is that of multicast DNS. */
  add(question: Question): number {
    const id = 1 + this.#random.below(0xffff)
    this.#questions.delete(id)
    this.#questions.set(id, { question, at: this.#now() })
    const [oldest] = this.#questions.keys()
    if (this.#questions.size > REMEMBERED && oldest !== undefined) this.#questions.delete(oldest)
    return id
  }

  /** Tells whether a datagram is an answer to one of them. */
  isAnswer(bytes: Uint8Array): boolean {
    try {
      const { id, response } = readHeader(bytes)
      const sent = this.#questions.get(id)
      if (!response || sent === undefined || this.#now() - sent.at > ANSWER_TIME) return false
      const { type, name } = sent.question
      return readQuestions(bytes).some((question) => question.type === type && equalNames(question.name, name))
    } catch (error) {
      if (error instanceof MessageError) return false
      throw error
    }
  }
}

const REMEMBERED = 256
/** Milliseconds in which an answer has to arrive (RFC 6762 section 6). */
const ANSWER_TIME = 2_000
