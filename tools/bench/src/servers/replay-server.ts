import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { nameFromText, nameToWire, RecordType, readMessage } from '@pstorage/dns-message'
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
    // Whoever has heard enough may leave.
    socket.on('error', () => socket.destroy())
    socket.once('data', (query) => replay(socket, messages, query.readUInt16BE(2)))
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as AddressInfo // listens on an address
  const udp = createSocket('udp4')
  const authority = authorityOf(zone.origin)
  udp.on('message', (query, from) => udp.send(answerTo(query, authority), from.port, from.address))
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

function authorityOf(origin: string): Buffer {
  const names = ['ns1', 'hostmaster'].map((label) => nameToWire(nameFromText(`${label}.${origin}`)))
  const numbers = Buffer.alloc(20)
  for (const [index, number] of authorityNumbers.entries()) numbers.writeUInt32BE(number, 4 * index)
  const data = Buffer.concat([...names, numbers])
  const fields = Buffer.alloc(10)
  fields.writeUInt16BE(RecordType.SOA, 0)
  fields.writeUInt16BE(1, 2)
  fields.writeUInt32BE(300, 4)
  fields.writeUInt16BE(data.length, 8)
  return Buffer.concat([nameToWire(nameFromText(origin)), fields, data])
}

/** The SOA record: as the answer where that is asked for, otherwise to say that there is nothing. */
function answerTo(query: Buffer, authority: Buffer): Buffer {
  const [question] = readMessage(query).questions
  const end = 12 + nameToWire(question?.name ?? []).length + 4
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8400, 2)
  const isAnswer = question?.type === RecordType.SOA
  for (const [at, count] of [
    [6, isAnswer ? 1 : 0],
    [8, isAnswer ? 0 : 1],
    [10, 0],
  ] as const) {
    header.writeUInt16BE(count, at)
  }
  return Buffer.concat([header, query.subarray(12, end), authority])
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
