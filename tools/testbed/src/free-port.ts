import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the range that systems draw the ports of clients from, so that none of those is met by chance.
const lowest = 20_000
const highest = 29_999
const attempts = 100

/** Finds a port that is free for UDP and TCP on a loopback address. Nothing holds it: bind it at once. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest + 1)
    if (await isFree(address, port)) return port
  }
  throw new Error(`no port from ${lowest} to ${highest} is free for both UDP and TCP on ${address}`)
}

/** Runs `start` on free ports until it gets one that was not taken in between. */
export async function withFreePort<T>(address: string, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort(address))
    } catch (error) {
      if (!isPortTaken(error) || attempt === attempts) throw error
    }
  }
}

async function isFree(address: string, port: number): Promise<boolean> {
  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const tcp = createServer()
  try {
    udp.bind(port, address)
    await once(udp, 'listening')
    tcp.listen(port, address)
    await once(tcp, 'listening')
    return true
  } catch (error) {
    if (isPortTaken(error)) return false
    throw error
  } finally {
    udp.close()
    tcp.close()
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
