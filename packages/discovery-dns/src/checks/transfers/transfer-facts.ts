import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import type { Clock } from '@pstorage/discovery-core'
import { type Name, RecordClass } from '@pstorage/dns-message'
import type { StubSettings } from '../../client/current-settings.js'
import type { StubResolver } from '../../client/stub-resolver.js'
import type { NameServer } from '../../config/name-server.js'
import { readTransferKey, type TransferKeySource } from '../../config/transfer-key.js'
import type { TsigKey } from '../../config/tsig-key.js'
import type { ServerFault } from '../../reply/server-fault.js'
import { signedRoundTrip } from '../../transfer/signing.js'
import { type TransferPlan, transferZone } from '../../transfer/transfer.js'
import { recordReader } from '../../transfer/zone-transfer.js'
import type { WrittenRecord } from '../zone/zone-facts.js'

/** Limits of one transfer; larger zones are queried name by name. */
const LIMITS: TransferPlan['limits'] = { records: 200_000, bytes: 64 * 1_024 * 1_024, time: 30_000, silence: 5_000 }
/** Limits of a transfer that only shows that the server allows it. */
const ONE_RECORD: TransferPlan['limits'] = { ...LIMITS, records: 1 }

/** The key that signs transfers, or the reason why it cannot be read. */
export type KeyFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly file: string; readonly message: string }
  | { readonly kind: 'key'; readonly key: TsigKey; readonly file: string | undefined; readonly readable: boolean }

/** The transfer of the zone from one server. */
export interface TransferAttempt {
  readonly server: NameServer
  /** The fault without a signature; `undefined` when the server sends the zone. */
  readonly plain: ServerFault | undefined
  /** The fault with a signature; `undefined` when the server sends the zone, absent without a key. */
  readonly signed?: ServerFault | undefined
  /** The address of this host towards the server. */
  readonly ownAddress: string
}

/** The transfers of one zone from all servers. */
export interface TransferFacts {
  readonly apex: Name
  readonly key: KeyFacts
  readonly attempts: readonly TransferAttempt[]
  /** All records, from the first server that sent them. */
  readonly records: readonly WrittenRecord[] | undefined
  /** The server that sent them. */
  readonly server: NameServer | undefined
}

/** The context of the transfers of one zone. */
interface TransferQuery {
  readonly apex: Name
  readonly stub: StubResolver
  readonly settings: StubSettings
  /** The servers to try. */
  readonly servers: readonly NameServer[]
  readonly key: KeyFacts
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly wallClock: () => number
  /** Milliseconds for which a server may be silent. */
  readonly timeout: number
}

/** Reads the key, if there is one. */
export async function readKeyFacts(source: TransferKeySource | undefined): Promise<KeyFacts> {
  if (source === undefined) return { kind: 'none' }
  const file = 'file' in source ? source.file : undefined
  const read = await readTransferKey(source)
  if (read.kind === 'failed') return { kind: 'failed', file: file ?? '', message: read.error.message }
  return { kind: 'key', key: read.key, file, readable: read.warnings.length > 0 }
}

/** Tries to transfer a zone from every server, with the key and without: the operator should know that it is open. */
export async function queryTransfers(query: TransferQuery): Promise<TransferFacts> {
  const { apex, key, servers } = query
  let records: readonly WrittenRecord[] | undefined
  let from: NameServer | undefined
  const attempts: TransferAttempt[] = []
  for (const server of servers) {
    const onRecords = (all: readonly WrittenRecord[]): void => {
      records ??= all
      from ??= server
    }
    const signed =
      key.kind === 'key'
        ? await tryTransfer(server, query, key.key, records === undefined ? onRecords : undefined)
        : null
    const plain = await tryTransfer(server, query, undefined, records === undefined ? onRecords : undefined)
    const ownAddress = await findOwnAddress(server)
    attempts.push({ server, plain, ownAddress, ...(signed !== null && { signed }) })
  }
  return { apex, key, attempts, records, server: from }
}

/** Resolves to the fault of a transfer. @param onRecords takes all records; without it the first record ends the transfer */
async function tryTransfer(
  server: NameServer,
  { apex, stub, settings, clock, signal, timeout, wallClock }: TransferQuery,
  key: TsigKey | undefined,
  onRecords?: (records: readonly WrittenRecord[]) => void,
): Promise<ServerFault | undefined> {
  const { own: transfer } = settings.channel
  const converse = key === undefined ? transfer : signedRoundTrip(transfer, key, wallClock)
  const records: WrittenRecord[] = []
  const limits = onRecords === undefined ? ONE_RECORD : LIMITS
  const plan: TransferPlan = {
    zone: apex,
    server,
    converse,
    limits,
    patience: timeout,
    clock,
    signal,
    record: recordReader(({ name, ttl, data, class: recordClass }) => {
      if (onRecords === undefined || recordClass !== RecordClass.IN || data.kind === 'opaque') return
      records.push({
        name,
        ttl,
        data: data.kind === 'TXT' ? { ...data, strings: data.strings.map((text) => Buffer.from(text)) } : data,
      })
    }),
  }
  const fault = await stub.withSocket(signal, () => transferZone(plan))
  if (fault === undefined) onRecords?.(records)
  // The server was sending the zone when the limit ended it.
  return fault?.code === 'ELIMIT' && onRecords === undefined ? undefined : fault
}

/** Resolves to the address of this host towards a server. */
async function findOwnAddress({ address, port }: NameServer): Promise<string> {
  const socket = createSocket(isIPv4(address) ? 'udp4' : 'udp6')
  try {
    socket.connect(port, address)
    await once(socket, 'connect')
    return socket.address().address
    // Stryker disable next-line BlockStatement: a function that ends returns undefined
  } catch {
    return '<ADDRESS>'
  } finally {
    socket.close()
  }
}
