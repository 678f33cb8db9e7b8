// A name server in a thread of its own, which answers while the thread that asks is busy. It says that a query has come, and
// answers it a little later: SRV with one target, and A. Plain JavaScript, as threads are not run through the tests' compiler.
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'

const { transport, delay, address, certificateFile, keyFile } = workerData
const [SRV, A] = [33, 1]
const target = Buffer.from('\x02h1\x08pstorage\x04test\x00', 'latin1')
const addressData = Buffer.of(192, 0, 2, 1)

const record = (owner, type, data) => {
  const fields = Buffer.alloc(10)
  fields.writeUInt16BE(type, 0)
  fields.writeUInt16BE(1, 2)
  fields.writeUInt32BE(300, 4)
  fields.writeUInt16BE(data.length, 8)
  return Buffer.concat([owner, fields, data])
}

const answer = (query) => {
  const end = query.indexOf(0, 12) + 5
  const type = query.readUInt16BE(end - 4)
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8500, 2)
  header.writeUInt16BE(type === SRV || type === A ? 1 : 0, 6)
  header.writeUInt16BE(type === SRV && address === 'along' ? 1 : 0, 10)
  const question = query.subarray(12, end)
  const owner = Buffer.of(0xc0, 12)
  const service = Buffer.concat([Buffer.of(0, 0, 0, 1, 9, 206), target])
  if (type === A) return Buffer.concat([header, question, record(owner, A, addressData)])
  if (type !== SRV) return Buffer.concat([header, question])
  const along = address === 'along' ? [record(target, A, addressData)] : []
  return Buffer.concat([header, question, record(owner, SRV, service), ...along])
}

let isFirst = true
const take = (query, send) => {
  if (isFirst) parentPort.postMessage('asked')
  if (delay !== null) setTimeout(() => send(answer(query)), isFirst ? delay : 0)
  isFirst = false
}

const serve = (socket) => {
  let read = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    read = Buffer.concat([read, chunk])
    while (read.length >= 2 && read.length >= 2 + read.readUInt16BE(0)) {
      const end = 2 + read.readUInt16BE(0)
      const query = read.subarray(2, end)
      read = read.subarray(end)
      take(query, (bytes) => {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(bytes.length)
        socket.write(Buffer.concat([length, bytes]))
      })
    }
  })
}

if (transport === 'udp') {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address: from }) => take(query, (bytes) => socket.send(bytes, port, from)))
  socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port))
} else {
  const server =
    transport === 'tls'
      ? createTlsServer(
          { cert: readFileSync(certificateFile), key: readFileSync(keyFile), ALPNProtocols: ['dot'] },
          serve,
        )
      : createServer(serve)
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
}
