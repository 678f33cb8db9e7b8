import { parseClusterName, type Random } from '@pstorage/discovery-core'
import {
  type Message,
  nameFromText,
  nameToText,
  type Question,
  RecordType,
  type ResourceRecord,
  readMessage,
  recordTypeName,
} from '@pstorage/dns-message'
import type { Querier } from '../../src/announce/answer-query.js'
import { type OutgoingMessage, Responder } from '../../src/announce/responder.js'
import type { AnnouncedService } from '../../src/announce/service-names.js'
import { serviceRegistrations } from '../../src/announce/service-registrations.js'

/** The service that tests announce. */
export const alpha: AnnouncedService = {
  cluster: parseClusterName('alpha'),
  port: 2510,
  priority: 0,
  weight: 0,
  host: { kind: 'here', label: 'node1' },
}

const addresses = ['192.0.2.10', '2001:db8::10']

/** The registrations of services, with so many earlier conflicts. */
export function registrationsOf(services: readonly AnnouncedService[] = [alpha], own = addresses, numbers = new Map()) {
  return serviceRegistrations(services, { ttls: { host: 120, service: 4_500 }, numbers, addressesOf: () => own })
}

/** Draws the lowest there is. */
const lowest: Random = { below: () => 0 }

export interface SentMessage {
  readonly at: number
  readonly to: Querier | undefined
  readonly bytes: Uint8Array
  readonly message: Message
  /** Questions, answers and the rest, each as a short line. */
  readonly questions: readonly string[]
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  readonly additionals: readonly string[]
}

/** A responder in simulated time, and all that it sent. */
export function scene({ services = [alpha], random = lowest, own = addresses, delay = 0, isOurs = false } = {}) {
  let now = 0
  const sent: SentMessage[] = []
  const conflicts: { id: string; phase: string; at: number }[] = []
  const responder = new Responder({
    random,
    isOurs: () => isOurs,
    conflict: (id, phase, at) => {
      conflicts.push({ id, phase, at })
      return delay
    },
  })
  responder.publish(registrationsOf(services, own), 0)
  return {
    responder,
    sent,
    conflicts,
    get now() {
      return now
    },
    /** Lets time pass, and sends what is due meanwhile. */
    pass(ms: number): SentMessage[] {
      const until = now + ms
      const before = sent.length
      while (responder.nextAt() <= until) {
        now = Math.max(now, responder.nextAt())
        sent.push(...responder.take(now).map((message) => incoming(message, now)))
      }
      now = until
      return sent.slice(before)
    },
    receive(message: Message, from: Partial<Querier> = {}): void {
      responder.receive(message, { address: '192.0.2.77', port: 5353, isLegacy: false, ...from }, now)
    },
  }
}

/** A scene in which everything was announced long ago. */
export function settled(options: Parameters<typeof scene>[0] = {}) {
  const settledScene = scene(options)
  settledScene.pass(100_000)
  settledScene.sent.length = 0
  return settledScene
}

function incoming({ bytes, to }: OutgoingMessage, at: number): SentMessage {
  const message = readMessage(bytes)
  const { answers, authorities, additionals } = message
  return {
    at,
    to,
    bytes,
    message,
    questions: message.questions.map((question) => `${recordTypeName(question.type)} ${nameToText(question.name)}`),
    answers: answers.map(recordLine),
    authorities: authorities.map(recordLine),
    additionals: additionals.map(recordLine),
  }
}

/** `A pstorage-node1.local 192.0.2.10`, with `!` in front for the cache-flush bit. */
export function recordLine({ name, type, class: recordClass, data }: ResourceRecord): string {
  const mark = (recordClass & 0x8000) !== 0 ? '!' : ''
  return `${mark}${recordTypeName(type)} ${nameToText(name)}${dataText(data)}`
}

function dataText(data: ResourceRecord['data']): string {
  switch (data.kind) {
    case 'PTR':
      return ` ${nameToText(data.target)}`
    case 'A':
    case 'AAAA':
      return ` ${data.address}`
    case 'SRV':
      return ` ${data.priority} ${data.weight} ${data.port} ${nameToText(data.target)}`
    case 'TXT':
      return ` ${data.strings.map((string) => Buffer.from(string).toString()).join(',')}`
    default:
      return ''
  }
}

const header = {
  id: 0,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
}

/** `PTR _pstorage._tcp.local`; with `QU ` in front it wants a unicast answer. */
function question(text: string): Question {
  const [type = '', name = ''] = text.replace(/^QU /, '').split(/ (.*)/s)
  const unicast = text.startsWith('QU ') ? 0x8000 : 0
  const [, number = 255] = Object.entries(RecordType).find(([key]) => key === type) ?? []
  return { name: nameFromText(name), type: number, class: 1 | unicast }
}

export function query(
  questions: readonly string[],
  parts: Partial<Message> & { truncated?: boolean; id?: number } = {},
) {
  const { truncated = false, id = 0, ...rest } = parts
  return message({ header: { ...header, id, truncated, response: false }, questions: questions.map(question), ...rest })
}

export function response(answers: readonly ResourceRecord[]): Message {
  return message({ header: { ...header, authoritative: true, response: true }, answers })
}

function message(parts: Partial<Message> & Pick<Message, 'header'>): Message {
  return { questions: [], answers: [], authorities: [], additionals: [], lastRecordOffset: 0, ...parts }
}

export const instance = 'alpha\\032on\\032node1._pstorage._tcp.local'
export const host = 'pstorage-node1.local'

export function pointer(target = instance, ttl = 4_500, name = '_pstorage._tcp.local'): ResourceRecord {
  const data = { kind: 'PTR', target: nameFromText(target) } as const
  return { name: nameFromText(name), type: RecordType.PTR, class: 1, ttl, data }
}

export function service(port = 2510, { name = instance, target = host, ttl = 120 } = {}): ResourceRecord {
  const data = { kind: 'SRV', priority: 0, weight: 0, port, target: nameFromText(target) } as const
  return { name: nameFromText(name), type: RecordType.SRV, class: 0x8001, ttl, data }
}

export function text(strings = ['txtvers=1', 'cluster=alpha'], name = instance): ResourceRecord {
  const data = { kind: 'TXT', strings: strings.map((string) => Buffer.from(string)) } as const
  return { name: nameFromText(name), type: RecordType.TXT, class: 0x8001, ttl: 4_500, data }
}

export function address(text: string, { name = host, ttl = 120 } = {}): ResourceRecord {
  const kind = text.includes(':') ? 'AAAA' : 'A'
  return { name: nameFromText(name), type: RecordType[kind], class: 0x8001, ttl, data: { kind, address: text } }
}
