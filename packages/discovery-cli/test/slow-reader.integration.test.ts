import { Writable } from 'node:stream'
import { type DnsRecord, type HostileQuery, hostileServer, readDnsQuery, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { runCli } from '../src/index.js'
import { capturedStream } from './captured-stream.js'

const CLUSTERS = 5_000
const SECONDS = 3

const soa: DnsRecord = { name: 'large.test', type: 'SOA', serial: 1 }
const AXFR = 252

/** The records between the two SOA records, in messages of a hundred, written once: to write them takes longer than to read them. */
const records: readonly Buffer[] = Array.from({ length: CLUSTERS / 100 }, (_, message) => {
  const answers = Array.from({ length: 100 }, (_, index): DnsRecord => {
    const name = `_pstorage._tcp.cluster-${message * 100 + index}.large.test`
    return { name, type: 'SRV', port: 2510, target: 'ns.large.test' }
  })
  return reply(readDnsQuery(Buffer.alloc(12)), { answers, questions: [] })
})

function* transfer(query: HostileQuery): Generator<Uint8Array> {
  yield reply(query, { answers: [soa] })
  for (const message of records) {
    message.writeUInt16BE(query.id, 0)
    yield message
  }
  yield reply(query, { answers: [soa] })
}

/** A name server that knows names by transfer alone. */
const largeServer = () => {
  const answer = (query: HostileQuery) =>
    query.name === 'large.test'
      ? reply(query, { answers: [soa] })
      : reply(query, { rcode: 'NXDOMAIN', authorities: [soa] })
  return hostileServer({ udp: answer, tcp: (query) => (query.type === AXFR ? transfer(query) : answer(query)) })
}

/** Takes the first name, then nothing until the time of the question is long over, and then the rest. */
function slowStream(): { readonly stream: Writable; readonly text: () => string } {
  let text = ''
  let isSlow = true
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      text += chunk.toString()
      if (!isSlow || !text.includes('cluster-')) return done()
      isSlow = false
      setTimeout(done, SECONDS * 1_000 + 500)
    },
  })
  return { stream, text: () => text }
}

describe('a reader that takes longer than --timeout', () => {
  it.each([
    ['ndjson', 'dns', []],
    ['ndjson', 'dns,bootstrap', []],
    ['ndjson', 'dns,bootstrap', ['--policy', 'first']],
    ['text', 'dns', []],
  ])('gets every name as %s from %s %j', { timeout: 30_000 }, async (format, backend, more) => {
    await using server = await largeServer()
    const { stream, text } = slowStream()
    const place = ['--server', `127.0.0.1:${server.port}`, '--domain', 'large.test', '--axfr', 'always']
    const argv = ['discover', '--backend', backend, ...place, '--timeout', `${SECONDS}`, '--format', format, ...more]
    const [stdout, stderr] = [stream, capturedStream()]
    const code = await runCli({ argv, env: { LANG: 'C.UTF-8' }, stdout, stderr })
    const names = new Set(text().match(/cluster-\d+/g))
    expect({ code, names: names.size, stderr: stderr.text }).toEqual({ code: 0, names: CLUSTERS, stderr: '' })
  })
})
