import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { systemClock, systemRandom } from '@pstorage/discovery-core'
import { readMessage, writeQuery } from '@pstorage/dns-message'
import type { MulticastFamily } from './multicast-family.js'
import type { LinkOptions, MulticastLink } from './multicast-link.js'
import { OneShotQuestions } from './one-shot-questions.js'
import { RECEIVE_BUFFER } from './open-shared-port.js'

/**
 * Opens an interface over one IP version where the port that everybody shares cannot be had: questions go out one by one,
 * each with an id of its own, from a port that the system draws, and only what answers one of them is heard.
 *
 * @param refusal why the shared port cannot be had
 * @see RFC 6762 sections 5.1 and 6.7
 */
export async function openOwnPort(
  family: MulticastFamily,
  options: LinkOptions,
  refusal: Error,
): Promise<MulticastLink> {
  const { port, signal, hear, failed } = options
  const asked = new OneShotQuestions(systemRandom, systemClock.now)
  const socket = createSocket({ type: family.socketType, recvBufferSize: RECEIVE_BUFFER })
  const over = AbortSignal.any([signal])
  let isClosed = false
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    over.removeEventListener('abort', close)
    socket.close()
  }
  over.addEventListener('abort', close, { once: true })
  try {
    await bound(socket, family, over)
  } catch (error) {
    close()
    throw error
  }
  socket.on('error', failed)
  socket.on('message', (bytes, sender) => {
    if (asked.isAnswered(bytes)) hear(bytes, sender)
  })
  const { port: ownPort } = socket.address()
  return {
    refusal,
    notes: [`${family.name} was asked from port ${ownPort}, since port ${port} cannot be shared: ${refusal.message}`],
    send(message, sent) {
      const { questions } = readMessage(message)
      // What follows the first message of known answers has no question: others cannot be told what is known here.
      if (questions.length === 0) return sent(null)
      for (const [index, question] of questions.entries()) {
        const query = writeQuery({ ...question, id: asked.add(question), recursionDesired: false })
        socket.send(query, port, family.destination, index === 0 ? sent : undefined)
      }
    },
    catchUp: () => setImmediate(),
    close,
  }
}

async function bound(socket: Socket, { anyAddress, interface: place }: MulticastFamily, signal: AbortSignal) {
  signal.throwIfAborted()
  const listening = once(socket, 'listening', { signal })
  socket.bind(0, anyAddress)
  await listening
  socket.setMulticastInterface(place)
  socket.setMulticastTTL(255)
}
