import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'

/** Sends datagrams and returns the first answer. */
export async function askOverUdp(
  port: number,
  bytes: readonly Uint8Array[] | Uint8Array,
  address = '127.0.0.1',
): Promise<Buffer> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  try {
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(5_000) })
    for (const datagram of bytes instanceof Uint8Array ? [bytes] : bytes) socket.send(datagram, port, address)
    const [message] = await answer
    return message
  } finally {
    socket.close()
  }
}
