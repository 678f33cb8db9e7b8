import { type FuzzTarget, mutateBytes, mutateText } from '@pstorage/fuzz'
import { readDocument, type Times, writeDocument } from '../../src/cache/last-good-document.js'
import { addressConcern, canonicalAddress, clusterNameFault } from '../../src/index.js'

const source = {
  backend: 'dns',
  method: 'dns-srv',
  origin: '_pstorage._tcp.c.pstorage.test',
  ttl: 300,
  authenticated: true,
}
const endpoint = {
  saidAt: 1_700_000_000_000,
  type: 'endpoint',
  address: '10.0.0.1',
  port: 2510,
  host: 'mds1.pstorage.test',
  priority: 0,
  weight: 1,
  ttl: 300,
  source,
  preference: [0, 1],
}
const cluster = { saidAt: 1_700_000_000_001, type: 'cluster', name: 'Cluster1', source }
const documents = [
  { schemaVersion: 1, answers: [{ cluster: 'c', statements: [endpoint, cluster] }] },
  {
    schemaVersion: 1,
    answers: [
      { cluster: null, statements: [cluster] },
      { cluster: 'd', statements: [] },
    ],
  },
  {
    schemaVersion: 1,
    answers: [{ cluster: 'c', statements: [{ ...endpoint, address: 'fe80::1%eth0', host: null, ttl: null }] }],
  },
].map((document) => JSON.stringify(document))
const words = [
  'null',
  'true',
  '[]',
  '{}',
  '-1',
  '1e400',
  '"0.0.0.0"',
  '"../etc"',
  '"\\u001b[2J"',
  '"\\ud800"',
  '"__proto__":{"x":1},',
  '"schemaVersion":1,',
  '"address":"::1",',
  `"name":"${'x'.repeat(64)}",`,
  '[[[[[[[[',
] as const
const times: Times = { now: 5_000, wallNow: 1_700_000_100_000 }

/** Any octets as a file of last good answers: names and addresses that can be used, read the same when written again; or an error. */
export const target: FuzzTarget = {
  name: 'last-good',
  time: 50,
  inputs: (random) => () => {
    const [first = '', ...rest] = documents
    const text = Buffer.from(mutateText(random.pick([first, ...rest]), random, words))
    return random.oneIn(4) ? mutateBytes(text, random, 65_536) : text
  },
  check(input) {
    let answers: ReturnType<typeof readDocument>
    try {
      answers = readDocument(Buffer.from(input).toString('utf8'), times)
    } catch (error) {
      // What is wrong is said by whoever keeps the file; a TypeError would be a value that was believed.
      if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) throw error
      return false
    }
    for (const { assertion, assertedAt } of answers.flatMap(({ kept }) => kept)) {
      if (!(assertedAt <= times.now)) throw new TypeError(`said in the future: ${assertedAt}`)
      if (assertion.source.authenticated) throw new TypeError('a file is believed to be authenticated')
      if (assertion.type === 'cluster' && clusterNameFault(assertion.name) !== undefined) throw new TypeError('no name')
      if (assertion.type !== 'endpoint') continue
      const { address, port } = assertion
      const isUsable = canonicalAddress(address) === address && addressConcern(address)?.level !== 'refuse'
      if (!isUsable || port < 1 || port > 65_535) throw new TypeError(`no endpoint: ${address} ${port}`)
    }
    const written = writeDocument(answers, times)
    const again = writeDocument(readDocument(written, times), times)
    if (again !== written) throw new TypeError(`it is read back differently: ${again}`)
    return answers.length > 0
  },
}
