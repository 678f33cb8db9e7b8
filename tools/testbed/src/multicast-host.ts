import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import multicastDns, { type MulticastDNS, type QueryPacket } from 'multicast-dns'
import { AwaitableList } from './awaitable-list.js'
import { withFreePort } from './free-port.js'
import { type MulticastAnswer, multicastAnswers, multicastMessages } from './multicast-answer.js'
import { checkService, type MulticastService, serviceRecords, serviceType } from './multicast-service.js'

/** Options of {@link multicastHost}. */
export interface MulticastHostOptions {
  /** The IPv4 address of the interface; default `127.0.0.1`. */
  readonly interface?: string
  /** The UDP port that everybody uses. Default: one that is free, so that runs beside this one hear nothing of it. */
  readonly port?: number
  readonly services: readonly MulticastService[]
  /** Adds the other records to the answer to a PTR question; default true. */
  readonly additionals?: boolean
  /** Called for every query that is heard, also for those of others. */
  readonly onQuery?: (query: MulticastQuery, host: MulticastHost) => void
}

/** A query that a multicast host heard. */
export interface MulticastQuery {
  /** As dns-packet reads them: names are joined by dots. */
  readonly questions: readonly { readonly name: string; readonly type: string }[]
  /** The instances that the asker knows already (RFC 6762 section 7.1). */
  readonly knownInstances: readonly string[]
  /** TC: more known answers follow. */
  readonly truncated: boolean
  /** The port it came from. */
  readonly port: number
}

/** A host that tells about metadata servers by multicast DNS. */
export interface MulticastHost extends AsyncDisposable {
  readonly port: number
  /** The queries that were heard. */
  readonly queries: AwaitableList<MulticastQuery>
  /** Tells every service to everybody, unasked. */
  announce(): Promise<void>
  /** Takes every service back (RFC 6762 section 10.1). */
  goodbye(): Promise<void>
  /** Sends any octets to everybody, from the port of multicast DNS or, on request, from another one, and with any IP TTL. */
  send(bytes: Uint8Array, options?: { readonly fromOtherPort?: boolean; readonly timeToLive?: number }): Promise<void>
}

/**
 * Answers questions for `_pstorage._tcp.local` and its instances by real multicast, as a host that runs multicast-dns does:
 * at once, with the records of a service in the additional section, in messages of at most 1,400 octets, and without what
 * the asker knows already.
 */
export async function multicastHost(options: MulticastHostOptions): Promise<MulticastHost> {
  for (const service of options.services) checkService(service)
  const { port } = options
  return port === undefined ? withFreePort('127.0.0.1', (free) => startHost(options, free)) : startHost(options, port)
}

const group = '224.0.0.251'
/** RFC 6762 section 11. */
const TIME_TO_LIVE = 255

async function startHost(options: MulticastHostOptions, port: number): Promise<MulticastHost> {
  const { interface: place = '127.0.0.1', services, additionals = true, onQuery } = options
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const mdns = multicastDns({ socket, interface: place, bind: '0.0.0.0', port, ip: group, loopback: true })
  await ready(mdns)
  const records = services.map(serviceRecords)
  const queries = new AwaitableList<MulticastQuery>()

  const respond = async (answers: readonly MulticastAnswer[]): Promise<void> => {
    for (const message of multicastMessages(answers)) await sent((done) => mdns.respond(message, done))
  }
  const host: MulticastHost = {
    port,
    queries,
    announce: () => respond(records.flat().map((record) => ({ record }))),
    goodbye: () => respond(records.flat().map((record) => ({ record: { ...record, ttl: 0 } }))),
    async send(bytes, { fromOtherPort = false, timeToLive = TIME_TO_LIVE } = {}) {
      if (fromOtherPort) return sendFromOtherPort(bytes, place, port)
      socket.setMulticastTTL(timeToLive)
      await sendTo(socket, bytes, port)
      socket.setMulticastTTL(TIME_TO_LIVE)
    },
    async [Symbol.asyncDispose]() {
      queries.close(new Error('the multicast host was stopped'))
      await new Promise<void>((resolve) => mdns.destroy(resolve))
    },
  }
  mdns.on('query', (packet, { port: from }) => {
    const query = readQuery(packet, from)
    queries.add(query)
    onQuery?.(query, host)
    // The asker hears nothing then, as from any host in trouble.
    respond(multicastAnswers(query, records, additionals)).catch(() => undefined)
  })
  return host
}

/** Waits until the socket is bound. Trouble after that, such as a query that dns-packet cannot read, is shrugged off. */
async function ready(mdns: MulticastDNS): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const broken = (error: Error): void => {
      mdns.destroy()
      reject(error)
    }
    mdns.on('error', broken)
    mdns.on('warning', broken)
    mdns.on('ready', () => {
      mdns.off('error', broken)
      mdns.off('warning', broken)
      mdns.on('error', () => undefined)
      mdns.on('warning', () => undefined)
      resolve()
    })
  })
}

function readQuery(packet: QueryPacket & FlaggedPacket, port: number): MulticastQuery {
  const { questions = [], answers = [], flag_tc: truncated = false } = packet
  const knownInstances = answers.flatMap((answer) => {
    return answer.type === 'PTR' && answer.name.toLowerCase() === serviceType ? [answer.data] : []
  })
  return { questions: questions.map(({ name, type }) => ({ name, type })), knownInstances, truncated, port }
}

/** A flag that dns-packet decodes and its types leave out. */
interface FlaggedPacket {
  readonly flag_tc?: boolean
}

function sent(send: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    send((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

function sendTo(socket: Socket, bytes: Uint8Array, port: number): Promise<void> {
  return sent((done) => socket.send(bytes, port, group, done))
}

async function sendFromOtherPort(bytes: Uint8Array, place: string, port: number): Promise<void> {
  const socket = createSocket('udp4')
  try {
    socket.bind(0, place)
    await once(socket, 'listening')
    socket.setMulticastInterface(place)
    await sendTo(socket, bytes, port)
  } finally {
    socket.close()
  }
}
