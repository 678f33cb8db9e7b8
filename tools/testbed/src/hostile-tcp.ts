import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { readDnsQuery } from './dns-query.js'
import type { HostilePart, HostilePartOptions } from './hostile-part.js'
import { followSteps, type HostileQuery, type TcpScript, type TcpStep } from './hostile-script.js'
import { framed } from './reply.js'

/** The TCP half of a hostile server. */
export async function hostileTcp(script: TcpScript, options: HostilePartOptions): Promise<HostilePart> {
  if (script === 'closed') return { close: async () => undefined }
  const { address, port, signal, received, failed } = options
  const sockets = new Set<Socket>()
  let connections = 0
  let index = 0

  const serve = (socket: Socket): void => {
    const connection = connections++
    const from = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    sockets.add(socket)
    // One for each query that is being answered.
    socket.setMaxListeners(0)
    // Resets by the other side are what such a server lives with.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      options.disconnected(connection)
    })
    options.connected(connection)
    if (script === 'deaf') return
    if (script === 'reset') return void socket.resetAndDestroy()
    if (script === 'end') socket.end()
    // The other side has closed: there is nothing to keep the connection for.
    socket.on('end', () => socket.end())
    const take = messageSplitter((message) => {
      const read = readDnsQuery(message)
      const besides = typeof script === 'function' ? options.besides(read) : undefined
      if (besides !== undefined) return void write(socket, framed(besides)).catch(() => undefined)
      const query: HostileQuery = { ...read, transport: 'tcp', index: index++, connection, from }
      received(query)
      if (typeof script === 'function') void answer(script, query, socket)
    })
    socket.on('data', take)
  }

  const answer = async (steps: Exclude<TcpScript, string>, query: HostileQuery, socket: Socket): Promise<void> => {
    const gone = new AbortController()
    const onClose = (): void => gone.abort()
    socket.once('close', onClose)
    const over = AbortSignal.any([signal, gone.signal])
    try {
      await followSteps(steps(query), over, (step) => perform(step, socket, over))
    } catch (error) {
      if (!over.aborted && !socket.destroyed) failed(error)
    } finally {
      socket.off('close', onClose)
    }
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: script === 'deaf', noDelay: true }, serve)
  server.listen(port, address)
  await once(server, 'listening')
  return {
    async close() {
      const closed = [server, ...sockets].map((each) => once(each, 'close'))
      server.close()
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

async function perform(step: TcpStep, socket: Socket, signal: AbortSignal): Promise<void> {
  if (step === 'end') socket.end()
  else if (step === 'reset') socket.resetAndDestroy()
  else if (step instanceof Uint8Array) await write(socket, framed(step))
  else if ('raw' in step) await write(socket, step.raw)
  else if ('pause' in step) await sleep(step.pause, undefined, { signal })
  else {
    for (const byte of step.slowly) {
      await write(socket, Buffer.of(byte))
      await (step.every > 0 ? sleep(step.every, undefined, { signal }) : nextTurn())
    }
  }
}

/** Resolves when the bytes have been handed to the system, so that a script without end waits for its reader. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** Gives each message of a stream of lengths and messages (RFC 1035 section 4.2.2). */
function messageSplitter(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0)
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      const message = pending.subarray(2, end)
      pending = pending.subarray(end)
      take(message)
    }
  }
}
