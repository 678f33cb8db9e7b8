import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Bundle } from './dist/start/bundle.js'

/*
 * Usage: node compile-bundle.js [FOLDER]
 *
 * Runs the bundle in a folder (default: the one that is installed) and keeps what the compiler has made of it: of a resolve by
 * DNS, which has the most to do of all that ends at once. Then runs it again, which has to find that good, whatever else it
 * loads: on a busy machine it may ask again, in other ways. What is kept belongs to this build of the files.
 */
const [, , folder = fileURLToPath(new URL('dist/command', import.meta.url)), task, server] = process.argv

const HOST = '\x04mds1\x08pstorage\x04test\x00'
/** SRV of the name in the question, and A: of class IN, for 60 s. */
const RECORDS = Buffer.from(
  `\xc0\x0c\x00\x21\x00\x01\x00\x00\x00\x3c\x00${String.fromCharCode(6 + HOST.length)}\x00\x00\x00\x00\x09\xce${HOST}` +
    `${HOST}\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01`,
  'latin1',
)

if (task === undefined) await compileBundle()
else runBundle(task, server)

async function compileBundle() {
  const socket = createSocket('udp4', (query, { port, address }) => socket.send(replyTo(query), port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  for (const each of ['keep', 'use']) {
    const words = [fileURLToPath(import.meta.url), folder, each, `127.0.0.1:${socket.address().port}`]
    const [code] = await once(spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
    if (code !== 0) throw new Error(`to ${each} what was compiled ended with ${code}`)
  }
  socket.close()
}

function runBundle(what, server) {
  const bundle = new Bundle(folder, createRequire(join(folder, 'main.cjs')), (error) => {
    throw error
  })
  process.once('exit', (code) => {
    if (code === 0 && what === 'keep') bundle.keep()
    if (code === 0 && what === 'use' && !bundle.isCompiled) process.exitCode = 1
  })
  const words = ['resolve', 'alpha', '--backend', 'dns', '--server', server, '--domain', 'pstorage.test']
  process.argv.splice(2, process.argv.length, ...words)
  bundle.load('main.cjs')
}

/** That the cluster has one MDS, or that there is no such name. */
function replyTo(query) {
  const end = query.indexOf(0, 12) + 5
  const isCluster = query.includes('\x05alpha')
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(isCluster ? 0x8580 : 0x8583, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(isCluster ? 1 : 0, 6)
  header.writeUInt16BE(isCluster ? 1 : 0, 10)
  return Buffer.concat([header, query.subarray(12, end), isCluster ? RECORDS : Buffer.alloc(0)])
}
