import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nameToText, readMessage } from '@pstorage/dns-message'
import {
  avahiBrowserOn,
  avahiOn,
  bonjourBrowserOn,
  messageBusOn,
  networkNamespaces,
  pythonBrowserOn,
  pythonZeroconfOn,
} from '@pstorage/testbed'
import { beforeAll, expect, it } from 'vitest'
import { checkCapture } from '../src/check-capture.js'
import { readPcap } from '../src/read-pcap.js'
import { isProbe } from '../src/traffic.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('neighbour.mjs', import.meta.url))
const seeker = fileURLToPath(new URL('seeker.mjs', import.meta.url))

beforeAll(async () => {
  const projects = ['packages/discovery-zeroconf', 'tools/testbed']
  await promisify(execFile)(`${root}/node_modules/.bin/tsc`, ['-b', ...projects], { cwd: root })
})

/** Asks everybody from another port, as programs do that know nothing of multicast DNS, and says who answers. */
const legacyQuestion = `
import { createSocket } from 'node:dgram'
import { RecordType, writeQuery } from '@pstorage/dns-message'
const socket = createSocket('udp4')
const name = ['_pstorage', '_tcp', 'local']
socket.on('message', (_, { address }) => console.log(address))
socket.bind(0, () => {
  socket.setMulticastInterface(process.argv[1])
  socket.send(writeQuery({ name, type: RecordType.PTR, class: 1, id: 7, recursionDesired: false }), 5353, '224.0.0.251')
})
`

// Times of packets are real: a process that waits for a processor between two of them is 7 ms off now and then, and not
// three times in a row. What breaks a rule does so each time.
it('what is asked, announced, answered and defended among others keeps to RFC 6762', { retry: 2 }, async () => {
  const plug = { link: 'lan', ipv6: true }
  await using network = await networkNamespaces({
    own: [plug],
    avahi: [plug],
    python: [plug],
    bonjour: [plug],
    rival: [plug],
  })
  const { own, avahi, python, bonjour, rival } = network.hosts
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-capture-'))
  try {
    const file = join(directory, 'mdns.pcap')
    const options = ['-i', 'eth0', '-U', '--immediate-mode', '-Z', 'root', '-w', file]
    const capture = own.start('tcpdump', ...options, 'udp port 5353')
    const questions = own.start(
      'tcpdump',
      '-i',
      'eth0',
      '-n',
      '-l',
      'src',
      own.address(),
      'and',
      'udp',
      'dst',
      'port',
      '5353',
    )
    await Promise.all([capture, questions].map(({ lines }) => lines.when(1, (line) => line.includes('listening on'))))
    await messageBusOn(avahi)
    await Promise.all([
      avahiOn(avahi, { bus: true, mds: [{ instance: 'by-avahi' }] }),
      pythonZeroconfOn(python, [{ instance: 'by-python' }]),
    ])
    // Before other programs: what is measured is when it says something, and not how many there are.
    const neighbour = own.start('nice', '-n', '-15', process.execPath, program)
    await neighbour.lines.when(1, (line) => line === 'announced')
    // All ask for what they do not know yet, and then somebody wants a name of ours.
    const browsers = [avahiBrowserOn(avahi), pythonBrowserOn(python), bonjourBrowserOn(bonjour)]
    await Promise.all(browsers.map((browser) => browser.found('alpha on node1')))
    await avahiOn(rival, { mds: [{ instance: 'alpha on node1', cluster: 'alpha' }] })
    const legacy = rival.startModule(legacyQuestion, rival.address())
    await legacy.lines.when(1, (line) => line === own.address())
    // After one second, two more, and four more.
    await questions.lines.when(4, (line) => line.includes('PTR (QM)? _pstorage._tcp.local'))
    await neighbour.stop()
    await capture.stop()

    const datagrams = readPcap(await readFile(file))
    const addresses = [own.address(), await own.linkLocal()]
    const { findings, messages } = checkCapture(datagrams, addresses)
    expect(findings).toEqual([])
    // Something of everything that there are rules for.
    const said = datagrams.filter(({ from }) => addresses.includes(from.address))
    const kinds = said.map(({ bytes, to }) => {
      const message = readMessage(bytes)
      if (to.port !== 5353) return 'legacy answer'
      if (!message.header.response)
        return isProbe(message) ? 'probe' : `question, ${Math.min(1, message.answers.length)} known`
      return message.answers[0]?.ttl === 0 ? 'goodbye' : 'response'
    })
    expect(new Set(kinds)).toEqual(
      new Set(['legacy answer', 'probe', 'question, 0 known', 'question, 1 known', 'goodbye', 'response']),
    )
    expect(messages).toBe(said.length)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

it('what is asked for one cluster, by its subtype and by the service type, keeps to RFC 6762', async () => {
  await using network = await networkNamespaces({
    own: [{ link: 'lan' }],
    plain: [{ link: 'lan' }],
    other: [{ link: 'lan' }],
  })
  const { own, plain, other } = network.hosts
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-capture-'))
  try {
    const file = join(directory, 'mdns.pcap')
    const options = ['-i', 'eth0', '-U', '--immediate-mode', '-Z', 'root', '-w', file]
    const capture = own.start('tcpdump', ...options, 'udp port 5353')
    await capture.lines.when(1, (line) => line.includes('listening on'))
    await Promise.all([
      avahiOn(plain, { mds: [{ instance: 'alpha' }] }),
      avahiOn(other, { mds: [{ instance: 'mds2', cluster: 'alpha' }], subtypes: true }),
    ])
    const seeking = own.start('nice', '-n', '-15', process.execPath, seeker, 'alpha')
    const places = [plain, other].map((host) => `${host.address()}:2510`).toSorted()
    await seeking.lines.when(1, (line) => line === `found ${places.join(' ')}`)
    await capture.stop()

    const all = readPcap(await readFile(file))
    // What was said before it ran, it does not know.
    const datagrams = all.slice(all.findIndex(({ from }) => from.address === own.address()))
    expect(checkCapture(datagrams, [own.address()]).findings).toEqual([])
    const asked = datagrams
      .filter(({ from }) => from.address === own.address())
      .flatMap(({ bytes }) => readMessage(bytes).questions.map(({ name }) => nameToText(name)))
    const [subtype, service] = ['_alpha._sub._pstorage._tcp.local', '_pstorage._tcp.local']
    const lists = asked.filter((name) => [subtype, service].includes(name))
    expect(lists).toEqual([subtype, service, subtype, service])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
