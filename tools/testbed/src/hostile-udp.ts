import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDnsQuery } from './dns-query.js'
import type { HostilePart, HostilePartOptions } from './hostile-part.js'
import { followSteps, type HostileQuery, type UdpScript, type UdpStep } from './hostile-script.js'

/** The UDP half of a hostile server. */
export async function hostileUdp(script: UdpScript, options: HostilePartOptions): Promise<HostilePart> {
  if (script === 'closed') return { close: async () => undefined }
  const { address, port, signal, received, failed } = options
  const socket = await boundSocket(address, port)
  const other = await boundSocket(address, 0)
  let index = 0

  const perform = async (step: UdpStep, to: RemoteInfo): Promise<void> => {
    if (step instanceof Uint8Array) await send(socket, step, to)
    else if ('fromOtherPort' in step) await send(other, step.fromOtherPort, to)
    else await sleep(step.pause, undefined, { signal })
  }
  const answer = async (query: HostileQuery, from: RemoteInfo): Promise<void> => {
    try {
      if (script !== 'silent') await followSteps(script(query), signal, (step) => perform(step, from))
    } catch (error) {
      if (!signal.aborted) failed(error)
    }
  }

  socket.on('message', (message, from) => {
    const { address, port } = from
    const read = readDnsQuery(message)
    const besides = script === 'silent' ? undefined : options.besides(read)
    if (besides !== undefined) return void send(socket, besides, from).catch(failed)
    const query: HostileQuery = {
      ...read,
      transport: 'udp',
      index: index++,
      connection: 0,
      from: { address, port },
    }
    received(query)
    void answer(query, from)
  })
  return {
    async close() {
      await Promise.all([socket, other].map((each) => new Promise<void>((resolve) => each.close(() => resolve()))))
    },
  }
}

async function boundSocket(address: string, port: number): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.bind(port, address)
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}

function send(socket: Socket, bytes: Uint8Array, to: RemoteInfo): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, to.port, to.address, (error) => (error === null ? resolve() : reject(error)))
  })
}
