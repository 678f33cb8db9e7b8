import { createSocket } from 'node:dgram'
import { promises as dns } from 'node:dns'
import { once } from 'node:events'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort, manPageDomain, manPageServer, nameBytes, startTestbed, tryCommands } from '../src/index.js'

function resolverOf(server: string): dns.Resolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([server])
  return resolver
}

/** Asks for the instances by multicast, as one who listens to unicast answers alone (RFC 6762 section 5.1). */
async function askByMulticast(port: number): Promise<Buffer> {
  const header = Buffer.from('000000000001000000000000', 'hex')
  const query = Buffer.concat([header, nameBytes('_pstorage._tcp.local'), Buffer.of(0, 12, 0, 1)])
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(port)
    await once(socket, 'listening')
    socket.addMembership('224.0.0.251', '127.0.0.1')
    socket.setMulticastInterface('127.0.0.1')
    socket.send(query, port, '224.0.0.251')
    for (;;) {
      const [message] = (await once(socket, 'message')) as [Buffer]
      // The question itself comes back first.
      if ((message.readUInt16BE(2) & 0x8000) !== 0) return message
    }
  } finally {
    socket.close()
  }
}

describe('manPageServer', () => {
  it('serves the zone of the manual page', async () => {
    await using server = await manPageServer()
    const resolver = resolverOf(`${server.address}:${server.port}`)
    expect((await resolver.resolveTxt(`pstorage_clusters.${manPageDomain}`)).flat().sort()).toEqual([
      'cluster1,cluster2',
      'cluster3,cluster4',
      'cluster5',
      'cluster5',
      'cluster6',
    ])
    const srv = await resolver.resolveSrv(`_pstorage._tcp.my-second-cluster.${manPageDomain}`)
    expect(srv.map(({ name }) => name).sort()).toEqual([`s2.${manPageDomain}`, `s4.${manPageDomain}`])
    expect(await resolver.resolve4(`s3.${manPageDomain}`)).toEqual(['192.168.100.3'])
  })
})

describe('startTestbed', () => {
  it('runs one source of each kind, and stops them all', async () => {
    const mdnsPort = await freePort()
    const testbed = await startTestbed({ mdnsPort })
    try {
      expect(testbed.zeroconf).toMatchObject({ port: mdnsPort, fault: undefined })
      const srv = await resolverOf(testbed.dns.server).resolveSrv(`_pstorage._tcp.my-cluster.${testbed.dns.domain}`)
      expect(srv.length).toBe(3)
      expect((await askByMulticast(mdnsPort)).includes('office-cluster')).toBe(true)
      expect(await readFile(join(testbed.bootstrap.directory, 'rack-cluster', 'bs.list'), 'utf8')).toContain(
        '192.168.1.3',
      )
    } finally {
      await testbed[Symbol.asyncDispose]()
    }
    await expect(access(testbed.bootstrap.directory)).rejects.toMatchObject({ code: 'ENOENT' })
    const { dns: nameServer } = testbed
    await expect(resolverOf(nameServer.server).resolveTxt(nameServer.domain)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
    await testbed[Symbol.asyncDispose]()
  })

  it('does without multicast where it cannot be had', async () => {
    const taken = createSocket('udp4')
    taken.bind(0)
    await once(taken, 'listening')
    await using testbed = await startTestbed({ mdnsPort: taken.address().port })
    taken.close()
    expect(testbed.zeroconf.fault).toContain('EADDRINUSE')
    const words = tryCommands(testbed).flatMap((command) => command.words)
    expect(words).not.toContain('--interface')
    expect(words).toContain('dns,bootstrap')
  })
})
