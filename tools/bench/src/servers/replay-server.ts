import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { authorityData, MessageWriter, nameFromText, RecordType, readMessage, wireName } from '@pstorage/dns-message'
import { authorityNumbers, type LargeZone } from '../zone/large-zone.js'
import { transferMessages } from '../zone/transfer-messages.js'

/** A server that sends a transfer which it has made before, so that it is the client which is measured. */
export interface ReplayServer extends AsyncDisposable {
  /** `address:port`, for UDP and TCP. */
  readonly server: string
  readonly port: number
}

/** Makes the transfer of a zone, and serves it on loopback: SOA over UDP, and the zone over TCP. Everything else is NODATA. */
export async function replayServer(zone: LargeZone): Promise<ReplayServer> {
  const messages = [...transferMessages(zone)].map((message) => Buffer.from(message))
  const sockets = new Set<Socket>()
  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that has heard enough may leave.
    socket.on('error', () => socket.destroy())
    socket.once('data', (query) => replay(socket, messages, query.readUInt16BE(2)))
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as AddressInfo // listens on an address
  const udp = createSocket('udp4')
  udp.on('message', (query, from) => udp.send(answerTo(query, zone.origin), from.port, from.address))
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')
  return {
    server: `127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      udp.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => tcp.close(resolve))
    },
  }
}

async function replay(socket: Socket, messages: readonly Buffer[], id: number): Promise<void> {
  for (const message of messages) {
    message.writeUInt16BE(id, 2)
    if (!socket.write(message)) await drained(socket)
    if (socket.destroyed) return
  }
}

/** The SOA record: as the answer where that is asked for, otherwise to say that there is nothing. */
function answerTo(query: Buffer, origin: string): Buffer {
  const { header, questions } = readMessage(query)
  const owner = wireName(nameFromText(origin))
  const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = authorityNumbers
  const numbers = { serial, refresh, retry, expire, minimum }
  const data = [authorityData(`\x03ns1${owner}`, `\x0ahostmaster${owner}`, numbers)]
  const writer = new MessageWriter()
  for (const { name, type, class: own } of questions) writer.addQuestion(wireName(name), type, own)
  const section = questions[0]?.type === RecordType.SOA ? 'answers' : 'authorities'
  writer.addRRset(section, owner, { type: RecordType.SOA, ttl: 300, data })
  return writer.finish({ id: header.id, response: true, authoritative: true })
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go).off('close', go)
      resolve()
    }
    socket.once('drain', go).once('close', go)
  })
}
