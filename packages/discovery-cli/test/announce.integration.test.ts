import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { beforeAll, expect, it } from 'vitest'
import { buildCli, childRun } from './built-cli.js'

beforeAll(() => buildCli(), 120_000)

/** Listens to all that is multicast on loopback. */
async function listener(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.bind(5353, '0.0.0.0')
  await once(socket, 'listening')
  socket.addMembership('224.0.0.251', '127.0.0.1')
  return socket
}

/** The lifetimes, in seconds, of the pointers in a response that is about a cluster: 4,500, or 0 for a goodbye. */
function pointerTtls(cluster: string, bytes: Buffer): number[] {
  const isResponse = (bytes.readUInt16BE(2) & 0x8000) !== 0
  if (!isResponse || !bytes.includes(`${cluster} at `)) return []
  const ttls: number[] = []
  for (let at = bytes.indexOf(POINTER); at >= 0; at = bytes.indexOf(POINTER, at + 1)) {
    ttls.push(bytes.readUInt32BE(at + POINTER.length))
  }
  return ttls
}

/** Type PTR and class IN, after which the TTL stands. */
const POINTER = Buffer.of(0, 12, 0, 1)

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s sends the goodbye and ends it with %i within a second', async (signal, code) => {
  const cluster = `cli-${process.pid}-${code}`
  const socket = await listener()
  try {
    const ttls: number[] = []
    let signalledAt = 0
    const run = await childRun(['announce', cluster, '-a', '192.0.2.21', '--interface', 'lo'], {
      started: ({ kill }) => {
        socket.on('message', (bytes) => {
          const pointers = pointerTtls(cluster, bytes)
          ttls.push(...pointers)
          if (pointers.length === 0 || signalledAt > 0) return
          signalledAt = performance.now()
          kill(signal)
        })
      },
    })
    const took = performance.now() - signalledAt
    expect(run).toMatchObject({ code, signal: null, stdout: '' })
    expect(run.stderr).toBe(`announced "${cluster} at 192.0.2.21:2510" on lo (IPv4): 192.0.2.21:2510\n`)
    expect(took).toBeLessThan(1_000)
    // The service, its subtype and the listing of the type; the last one is not taken back, since others say it too.
    expect(ttls).toEqual([4_500, 4_500, 4_500, 0, 0])
  } finally {
    socket.close()
  }
})

it('a signal while it is still probing ends it too, and nothing was announced', async () => {
  const cluster = `cli-${process.pid}-early`
  const socket = await listener()
  try {
    const ttls: number[] = []
    const run = await childRun(['announce', cluster, '-a', '192.0.2.21', '--interface', 'lo'], {
      started: ({ kill }) => {
        socket.on('message', (bytes) => {
          ttls.push(...pointerTtls(cluster, bytes))
          if (bytes.includes(cluster)) kill('SIGTERM')
        })
      },
    })
    expect(run).toMatchObject({ code: 143, signal: null, stdout: '', stderr: '' })
    expect(ttls).toEqual([])
  } finally {
    socket.close()
  }
})

it('ends with 3 where there is nowhere to announce', async () => {
  const run = await childRun(['announce', 'alpha', '--interface', 'nosuch0'])
  expect(run).toMatchObject({ code: 3, stdout: '' })
  expect(run.stderr).toMatch(/^unavailable: no interface .*\nnot announced: .*'nosuch0'.* \[ERR_NO_INTERFACE\]\n$/)
})
