import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { UDPServer } from 'dns2'
import { plainAddress } from './plain-address.js'
import type { Responder } from './responder.js'

const mostBytesWaiting = 2 ** 20

/**
 * The UDP socket: the server of dns2 with its own way of reading and answering.
 *
 * The one of dns2 3.1.1 decodes a datagram before anybody can look at it, answers responses, is silent on malformed
 * queries, sends as much as a query allows it to (46 KB to a spoofed source), and drops the OPT record where it
 * truncates.
 */
export class UdpListener extends UDPServer {
  readonly #responder: Responder

  constructor(address: string, responder: Responder) {
    super({ type: isIPv6(address) ? 'udp6' : 'udp4' })
    this.#responder = responder
  }

  /** Called by dns2 for each datagram. */
  override handle(bytes: Buffer, { address, port }: RemoteInfo): void {
    // Nothing can be sent to port 0; only a forged datagram comes from there.
    if (port === 0) return
    // Answers that wait for the network cost memory; who asks more than it carries has to ask again.
    if (this.getSendQueueSize() > mostBytesWaiting) return
    const peer = { transport: 'udp', address: plainAddress(address), port } as const
    for (const response of this.#responder.respond(bytes, peer) ?? []) {
      // A datagram that cannot be sent is a lost one: the client asks again.
      this.send(response, port, address, () => {})
    }
  }
}
