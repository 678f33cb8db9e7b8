import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import type { Clock } from '@pstorage/discovery-core'
import { type Name, RecordClass } from '@pstorage/dns-message'
import type { NameServer } from '../name-server.js'
import { recordReader } from '../record-reader.js'
import type { ServerFault } from '../server-fault.js'
import type { StubResolver } from '../stub-resolver.js'
import type { StubSettings } from '../stub-settings.js'
import type { TransferLimits } from '../transfer-limits.js'
import { signedConverse } from '../tsig/signed-converse.js'
import { readTransferKey, type TransferKeySource } from '../tsig/transfer-key.js'
import type { TsigKey } from '../tsig/tsig-key.js'
import type { WrittenRecord } from './written-zone.js'

/** What a transfer may cost here: larger zones are asked for name by name. */
const LIMITS: TransferLimits = { records: 200_000, bytes: 64 * 1_024 * 1_024, time: 30_000, silence: 5_000 }
/** Enough to see that a server would go on. */
const ONE_RECORD: TransferLimits = { ...LIMITS, records: 1 }

/** What became of the key that signs transfers. */
export type KeyFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly file: string; readonly message: string }
  | { readonly kind: 'key'; readonly key: TsigKey; readonly file: string | undefined; readonly readable: boolean }

/** Whether one server lets us have the zone. */
export interface TransferAttempt {
  readonly server: NameServer
  /** Without a signature; `undefined` where it does. */
  readonly plain: ServerFault | undefined
  /** Signed; `undefined` where it does, absent where there is no key. */
  readonly signed?: ServerFault | undefined
  /** The address from which we ask it. */
  readonly ownAddress: string
}

/** What transfers of one zone came to. */
export interface TransferFacts {
  readonly apex: Name
  readonly key: KeyFacts
  readonly attempts: readonly TransferAttempt[]
  /** All records, from the first server that gave them. */
  readonly records: readonly WrittenRecord[] | undefined
  /** Who gave them. */
  readonly server: NameServer | undefined
}

/** How transfers are tried. */
export interface TransferQuestion {
  readonly apex: Name
  readonly stub: StubResolver
  readonly settings: StubSettings
  /** Those that are tried. */
  readonly servers: readonly NameServer[]
  readonly key: KeyFacts
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly wallClock: () => number
  /** Milliseconds that a server may be silent. */
  readonly patience: number
}

/** Reads the key, if there is one. */
export async function keyFacts(source: TransferKeySource | undefined): Promise<KeyFacts> {
  if (source === undefined) return { kind: 'none' }
  const file = 'file' in source ? source.file : undefined
  const read = await readTransferKey(source)
  if (read.kind === 'failed') return { kind: 'failed', file: file ?? '', message: read.error.message }
  return { kind: 'key', key: read.key, file, readable: read.warnings.length > 0 }
}

/** Tries to transfer a zone from every server, with the key and without: who gives it to anybody should know. */
export async function transferFacts(question: TransferQuestion): Promise<TransferFacts> {
  const { apex, key, servers } = question
  let records: readonly WrittenRecord[] | undefined
  let from: NameServer | undefined
  const attempts: TransferAttempt[] = []
  for (const server of servers) {
    const whole = (given: readonly WrittenRecord[]): void => {
      records ??= given
      from ??= server
    }
    const signed =
      key.kind === 'key'
        ? await tryTransfer(server, question, key.key, records === undefined ? whole : undefined)
        : null
    const plain = await tryTransfer(server, question, undefined, records === undefined ? whole : undefined)
    const ownAddress = await addressTowards(server)
    attempts.push({ server, plain, ownAddress, ...(signed !== null && { signed }) })
  }
  return { apex, key, attempts, records, server: from }
}

/** @param whole takes all records; without it one is enough to know */
async function tryTransfer(
  server: NameServer,
  { apex, stub, settings, clock, signal, patience, wallClock }: TransferQuestion,
  key: TsigKey | undefined,
  whole?: (records: readonly WrittenRecord[]) => void,
): Promise<ServerFault | undefined> {
  const { own: transfer } = settings.channel
  const converse = key === undefined ? transfer : signedConverse(transfer, key, wallClock)
  const records: WrittenRecord[] = []
  const limits = whole === undefined ? ONE_RECORD : LIMITS
  const fault = await stub.transfer({
    zone: apex,
    server,
    converse,
    limits,
    patience,
    clock,
    signal,
    record: recordReader(({ name, ttl, data, class: recordClass }) => {
      if (whole === undefined || recordClass !== RecordClass.IN || data.kind === 'opaque') return
      records.push({
        name,
        ttl,
        data: data.kind === 'TXT' ? { ...data, strings: data.strings.map((text) => Buffer.from(text)) } : data,
      })
    }),
  })
  if (fault === undefined) whole?.(records)
  // It was giving the zone when it was stopped.
  return fault?.code === 'ELIMIT' && whole === undefined ? undefined : fault
}

/** The address that this host has on the way to a server. */
async function addressTowards({ address, port }: NameServer): Promise<string> {
  const socket = createSocket(isIPv4(address) ? 'udp4' : 'udp6')
  try {
    socket.connect(port, address)
    await once(socket, 'connect')
    return socket.address().address
  } catch {
    return '<ADDRESS>'
  } finally {
    socket.close()
  }
}
