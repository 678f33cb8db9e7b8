import { createRequire } from 'node:module'
import type { Name } from '../src/index.js'
import { exactName, type Peer, plainAddress, type ReadRecord } from './peer-reading.js'

/** The part of dns-packet that is compared; the package brings no types. */
interface DnsPacket {
  decode(bytes: Buffer): PeerMessage
}

interface PeerMessage {
  readonly id: number
  readonly type: 'query' | 'response'
  /** Without QR. */
  readonly flags: number
  readonly questions: readonly { readonly name: string; readonly type: string; readonly class: string }[]
  readonly answers: readonly PeerRecord[]
  readonly authorities: readonly PeerRecord[]
  readonly additionals: readonly PeerRecord[]
}

interface PeerRecord {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly class: string
  readonly flush?: boolean
  readonly data: unknown
  readonly udpPayloadSize: number
  readonly extendedRcode: number
  readonly ednsVersion: number
  readonly flags: number
  readonly options: readonly { readonly code: number; readonly data: Buffer }[]
}

const require = createRequire(import.meta.url)
const dnsPacket: DnsPacket = require('dns-packet')
const types: { toType(name: string): number } = require('dns-packet/types')
const classes: { toClass(name: string): number } = require('dns-packet/classes')

const OPT = 41

/** dns-packet 5.6.1. */
export const dnsPacketPeer: Peer = {
  read(bytes) {
    const { id, type, flags, questions, answers, authorities, additionals } = dnsPacket.decode(bytes)
    return {
      id,
      flags: flags | (type === 'response' ? 0x8000 : 0),
      questions: questions.map((question) => ({
        name: question.name,
        type: types.toType(question.type),
        class: classOf(question.class),
      })),
      sections: [answers, authorities, additionals].map((records) => records.map(recordOf)),
    }
  },
  manner(explain) {
    const escapedText = (theirs: string, name: Name): string => {
      if (theirs !== exactName(name)) explain('P-7')
      return theirs
    }
    const utf8 = (label: string): string => Buffer.from(label, 'latin1').toString('utf8')
    const dotted = (labels: readonly string[]): string => (labels.length === 0 ? '.' : labels.join('.'))
    return {
      name: (name) => escapedText(dotted(name.map(utf8)), name),
      mailbox: (name) => escapedText(dotted(name.map((label) => utf8(label).replaceAll('.', '\\.'))), name),
      text: (string) => Buffer.from(string),
      ttl: (seconds) => seconds,
      options: ({ options }) => options.map(({ code, data }) => ({ code, data: Buffer.from(data) })),
    }
  },
}

function recordOf(record: PeerRecord): ReadRecord {
  const { name, type, data, ttl, flush = false } = record
  if (type === 'OPT') {
    const { udpPayloadSize, extendedRcode, ednsVersion, flags, options } = record
    return {
      name,
      type: OPT,
      class: udpPayloadSize,
      ttl: ((extendedRcode << 24) | (ednsVersion << 16) | flags) >>> 0,
      data: options.map(({ code, data: bytes }) => ({ code, data: bytes })),
    }
  }
  const read = type === 'AAAA' ? plainAddress(String(data)) : data
  return { name, type: types.toType(type), class: classOf(record.class) | (flush ? 0x8000 : 0), ttl, data: read }
}

function classOf(name: string): number {
  return name.startsWith('UNKNOWN_') ? Number(name.slice('UNKNOWN_'.length)) : classes.toClass(name)
}
