import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readMessage } from '@pstorage/dns-message'
import { expect, test } from 'vitest'
import { clusterNameServer } from '../src/index.js'
import { queryBytes } from './support/query-bytes.js'
import { askOnce, framed } from './support/tcp-client.js'

const origin = 'pstorage.test'
const clusters = Array.from({ length: 20_000 }, (_, index) => ({
  name: `cluster-${index}`,
  mds: [{ address: `10.0.${index >> 8}.${index & 255}` }],
}))

/**
 * Clients of a process of their own, whose work the event loop of the server does not do: all connect, and then each writes its
 * queries and reads nothing. Prints a line when they have.
 */
const deafClients = `
const { connect } = require('node:net')
const [port, connections, queries, query] = process.argv.slice(1)
const pipelined = Buffer.concat(Array(Number(queries)).fill(Buffer.from(query, 'hex')))
let connected = 0
const sockets = Array.from({ length: Number(connections) }, () => {
  const socket = connect(Number(port), '127.0.0.1', () => {
    if (++connected < sockets.length) return
    for (const each of sockets) each.write(pipelined)
    console.log('written')
  })
  return socket.on('error', () => {}).pause()
})
`

/** Measures the processor time of the longest turn of the event loop, in milliseconds, which other processes do not lengthen. */
function measureTurns(): () => Promise<number> {
  let [longest, isOver] = [0, false]
  const turns = (async () => {
    while (!isOver) {
      const before = process.cpuUsage()
      await nextTurn()
      const { user, system } = process.cpuUsage(before)
      longest = Math.max(longest, (user + system) / 1_000)
    }
    return longest
  })()
  return () => {
    isOver = true
    return turns
  }
}

test('SEC-11: 200 connections with 200 transfers each that are never read do not stall the event loop', async () => {
  await using server = await clusterNameServer({ origin, clusters })
  const query = Buffer.from(framed(queryBytes(origin, 'AXFR'))).toString('hex')
  const client = spawn(process.execPath, ['-e', deafClients, `${server.port}`, '200', '200', query], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(client, 'exit')
  try {
    const longestTurn = measureTurns()
    await once(createInterface(client.stdout), 'line')
    for (let count = 0; count < 60; count++) {
      const { answers } = readMessage(await askOnce(server.port, queryBytes(origin, 'SOA')))
      expect(answers).toHaveLength(1)
    }
    // A turn of 32 answers takes 30 to 150, and 420 without the budget of a turn; it was 3,500 with all queries of a connection at once.
    expect(await longestTurn()).toBeLessThan(1_000)
  } finally {
    client.kill('SIGKILL')
    await ended
  }
})
