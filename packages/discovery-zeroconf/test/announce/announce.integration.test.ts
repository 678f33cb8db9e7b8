import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { discoverClusters, formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { nameToText, readMessage } from '@pstorage/dns-message'
import { freePort } from '@pstorage/testbed'
import { expect, it } from 'vitest'
import { type AnnounceOptions, announce, zeroconfResolver } from '../../src/index.js'

const lo = { interfaces: ['lo'] }

/** Announces on loopback, on a port of its own. */
async function announcedOnLoopback(options: Partial<AnnounceOptions> = {}) {
  const port = options.port ?? (await freePort())
  const clusters = [{ name: 'alpha', endpoints: ['192.0.2.21', '[2001:db8::21]:2511'] }]
  return { port, announcement: await announce({ clusters, port, ...lo, ...options }) }
}

it('MD-37 the resolver finds what is announced, and finds it gone after the goodbye', async () => {
  const { port, announcement } = await announcedOnLoopback()
  const resolver = zeroconfResolver({ ...lo, port })
  const report = await resolveCluster(resolver, 'ALPHA')
  expect(report.warnings).toEqual([])
  expect(report.endpoints.map(formatEndpoint).toSorted()).toEqual(['192.0.2.21:2510', '[2001:db8::21]:2511'])
  expect(report.endpoints.map(({ host }) => host).toSorted()).toEqual([
    'pstorage-192-0-2-21.local',
    'pstorage-2001-db8--21.local',
  ])
  await announcement.stop()
  expect((await resolveCluster(resolver, 'alpha')).outcome).toBe('undetermined')
})

it('announces the addresses of this host by default', async () => {
  const { port, announcement } = await announcedOnLoopback({ clusters: [{ name: 'alpha', port: 2599 }] })
  await using _ = announcement
  const report = await resolveCluster(zeroconfResolver({ ...lo, port }), 'alpha')
  expect(report.endpoints.map(formatEndpoint)).toContain('127.0.0.1:2599')
})

it('finds 100 clusters of several announcers that share the port', async () => {
  const port = await freePort()
  const announcers = await Promise.all(
    [0, 1, 2].map((host) => {
      const clusters = Array.from({ length: 100 }, (_, index) => ({ name: `cluster-${index}`, host: `node${host}` }))
      return announce({ clusters, port, ...lo })
    }),
  )
  const { clusters } = await discoverClusters(zeroconfResolver({ ...lo, port }))
  expect(clusters).toHaveLength(100)
  await Promise.all(announcers.map((announcement) => announcement.stop()))
})

it('MD-22 answers a program that knows nothing of multicast DNS, at its own port', async () => {
  const { port, announcement } = await announcedOnLoopback()
  await using _ = announcement
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  // A standard query for PTR _pstorage._tcp.local with id 0x1234.
  const name = '\x09_pstorage\x04_tcp\x05local\x00'
  const query = Buffer.from(`\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00${name}\x00\x0c\x00\x01`, 'latin1')
  socket.send(query, port, '127.0.0.1')
  const [bytes] = await once(socket, 'message')
  socket.close()
  const { header, questions, answers } = readMessage(bytes)
  expect(header.id).toBe(0x1234)
  expect(questions.map((question) => nameToText(question.name))).toEqual(['_pstorage._tcp.local'])
  expect(answers).toHaveLength(2)
  for (const { ttl } of answers) expect(ttl).toBeLessThanOrEqual(10)
})

it('MD-32 rejects where another program holds the port exclusively', async () => {
  const port = await freePort()
  const selfish = createSocket('udp4')
  selfish.bind(port, '0.0.0.0')
  await once(selfish, 'listening')
  const clusters = [{ name: 'alpha' }]
  await expect(announce({ clusters, port, ...lo })).rejects.toMatchObject({ code: 'ERR_NO_INTERFACE' })
  selfish.close()
})

it('keeps its goodbye short: everything is closed at once', async () => {
  const { announcement } = await announcedOnLoopback()
  const before = performance.now()
  await announcement[Symbol.asyncDispose]()
  await announcement.stop()
  expect(performance.now() - before).toBeLessThan(500)
  expect(process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP')).toEqual([])
})
