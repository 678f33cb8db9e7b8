import { createSocket, type SocketOptions } from 'node:dgram'
import { Resolver as NodeResolver } from 'node:dns/promises'
import { type Resolver, resolveCluster } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { nameFromText, RecordType, writeQuery } from '@pstorage/dns-message'
import { type BenchNameServer, DOMAIN } from './name-server.js'

/** The ways of finding the MDS of a cluster by SRV, all with the same server. */
export interface SrvSides extends AsyncDisposable {
  /** Through the library. Fails unless all three are found. */
  ours(cluster: string): Promise<void>
  /** By `node:dns`: resolveSrv, and resolve4 for each target. Fails unless all three are found. */
  peer(cluster: string): Promise<void>
  /**
   * One bare exchange of a datagram for another over a socket of its own, which is opened, connected and closed for it: less
   * cannot be done, as a port that cannot be guessed is half of what keeps forged replies out (RFC 5452 section 9.2).
   */
  floor(cluster: string): Promise<void>
  /** The same over one socket for all, whose port can be learned: what the safety of a socket of its own costs. */
  oneSocket(cluster: string): Promise<void>
}

export function srvSides({ server, port }: BenchNameServer): SrvSides {
  const resolver: Resolver = dnsResolver({ servers: [server], domains: [DOMAIN] })
  const node = new NodeResolver()
  node.setServers([server])
  const shared = sharedSocket(port)
  return {
    async ours(cluster) {
      const { endpoints, attempts } = await resolveCluster(resolver, cluster, { timeout: 30_000 })
      if (endpoints.length !== 3) throw new Error(`${cluster} was not found: ${JSON.stringify(attempts)}`)
    },
    async peer(cluster) {
      const services = await node.resolveSrv(`_pstorage._tcp.${cluster}.${DOMAIN}`)
      const addresses = await Promise.all(services.map(({ name }) => node.resolve4(name)))
      if (addresses.flat().length !== 3) throw new Error(`${cluster} was not found`)
    },
    floor: (cluster) => exchange(port, queryFor(cluster)),
    oneSocket: (cluster) => shared.exchange(queryFor(cluster)),
    async [Symbol.asyncDispose]() {
      node.cancel()
      shared.close()
      await resolver[Symbol.asyncDispose]()
    },
  }
}

function queryFor(cluster: string): Uint8Array {
  const name = nameFromText(`_pstorage._tcp.${cluster}.${DOMAIN}`)
  return writeQuery({ name, type: RecordType.SRV, id: 1, udpPayloadSize: 1_232 })
}

/** Otherwise Node.js takes a turn of the event loop to look up an address. */
const options: SocketOptions = { type: 'udp4', lookup: (address, _, found) => found(null, address, 4) }

function exchange(port: number, query: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(options)
    socket.on('error', reject)
    socket.on('message', () => {
      socket.close()
      resolve()
    })
    socket.on('connect', () => socket.send(query))
    socket.connect(port, '127.0.0.1')
  })
}

/** Replies are not told apart: each ends the question that was asked first. */
function sharedSocket(port: number) {
  const socket = createSocket(options)
  const waiting: (() => void)[] = []
  socket.on('message', () => waiting.shift()?.())
  const connected = new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
  return {
    async exchange(query: Uint8Array): Promise<void> {
      await connected
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        socket.send(query)
      })
    },
    close: () => void socket.close(),
  }
}
