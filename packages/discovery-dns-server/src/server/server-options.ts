import { isIP } from 'node:net'
import { ROOT_NAME, type WireName, wireNameFromText } from '@pstorage/dns-message'
import { checkKeys, type TsigKey } from '../key-ring.js'
import { faultReporter, invalidOption, NameServerError, quote } from '../name-server-error.js'
import { checkSecondaries, type NotifierSettings, type Secondary } from '../transfer/notifier.js'
import { type TransferPolicy, transferTest } from '../transfer/transfer-policy.js'
import type { InventorySettings } from '../zone/inventory.js'
import type { ZoneContents } from '../zone/zone-source.js'
import type { TcpLimits } from './listeners.js'
import type { ReceivedQuery, ResponderSettings } from './responder.js'

/** Options of `clusterNameServer`; either `clusters` or `zone` is required. */
export type ClusterNameServerOptions = ZoneContents & {
  /** The domain that is served, for example `pstorage.test`. */
  readonly origin: string
  /** IP address to listen on; default `127.0.0.1`. */
  readonly address?: string | undefined
  /** Port for both UDP and TCP; default 0, any port that is free on both. */
  readonly port?: number | undefined
  /** Clients that may transfer the zone; default `['127.0.0.0/8', '::1']`, with any `keys`. */
  readonly allowTransfer?: TransferPolicy | undefined
  /** Secondaries to notify when the server starts and on `update` (NOTIFY, RFC 1996). */
  readonly notify?: readonly Secondary[] | undefined
  /** Keys that clients may sign queries with; the responses are then signed too (TSIG, RFC 8945); default none. */
  readonly keys?: readonly TsigKey[] | undefined
  /** TTL of the records of an inventory, in seconds; default 300. */
  readonly ttl?: number | undefined
  /** Owner of the SRV records of an inventory, before the cluster name; default `_pstorage._tcp`. */
  readonly service?: string | undefined
  /** Owner of the TXT records with the names of an inventory; default `pstorage_clusters`. */
  readonly clustersRecord?: string | undefined
  /** Largest UDP answer in bytes, 512 to 65507; default 1232. */
  readonly udpPayloadSize?: number | undefined
  /** Time limit of a TCP client for sending a query or receiving an answer, in milliseconds; default 10 000. */
  readonly idleTimeout?: number | undefined
  /** Maximum number of concurrent TCP connections; for a further one, the one that has waited longest for its client is closed; default 256. */
  readonly maxConnections?: number | undefined
  /** The clock that signatures are checked against, in milliseconds since 1970-01-01 UTC; default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Called for each query that was parsed. An exception goes to `onError`, and the query is answered. */
  readonly onQuery?: ((query: ReceivedQuery) => void) | undefined
  /**
   * Called with an error that the server survives: an internal fault (the client gets SERVFAIL, or is disconnected during a
   * transfer), an exception of `onQuery`, an error of a socket, or a secondary of `notify` that does not answer. Its own
   * exceptions are not caught. Default: the first error becomes a warning of the process.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The options with their defaults. */
export interface Settings extends Omit<InventorySettings, 'serial'>, ResponderSettings, TcpLimits, NotifierSettings {
  readonly address: string
  readonly port: number
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof ClusterNameServerOptions, true>> = {
  ...{ clusters: true, zone: true, origin: true, address: true, port: true, allowTransfer: true, notify: true },
  ...{ keys: true, ttl: true, service: true, clustersRecord: true, udpPayloadSize: true, idleTimeout: true },
  ...{ maxConnections: true, now: true, onQuery: true, onError: true },
}

/** @throws NameServerError `ERR_OPTION_INVALID` for an option that does not exist, or has an invalid value. */
export function checkOptions(options: ClusterNameServerOptions): Settings {
  // A misspelled option would have no effect, and that would go unnoticed.
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(optionNames, name)) continue
    throw invalidOption(`there is no option ${quote(name)}; the options are ${Object.keys(optionNames).join(', ')}`)
  }
  const { address = '127.0.0.1', allowTransfer = ['127.0.0.0/8', '::1'], now = Date.now, onQuery, onError } = options
  if (typeof address !== 'string' || isIP(address) === 0) {
    throw invalidOption(`address is ${quote(address)}, which is not an IP address`)
  }
  checkFunction(onQuery, 'onQuery')
  checkFunction(onError, 'onError')
  checkFunction(now, 'now')
  const keys = checkKeys(options.keys)
  return {
    origin: originOf(options.origin),
    address,
    port: numberOf(options.port, 'port', 0, 0, 65_535),
    nameServer: nameServerOf(address),
    ttl: numberOf(options.ttl, 'ttl', 300, 0, 2 ** 31 - 1),
    service: textOf(options.service, 'service', '_pstorage._tcp'),
    clustersRecord: textOf(options.clustersRecord, 'clustersRecord', 'pstorage_clusters'),
    udpPayloadSize: numberOf(options.udpPayloadSize, 'udpPayloadSize', 1232, 512, 65_507),
    idleTimeout: numberOf(options.idleTimeout, 'idleTimeout', 10_000, 1, 2 ** 31 - 1),
    maxConnections: numberOf(options.maxConnections, 'maxConnections', 256, 1, 2 ** 31 - 1),
    mayTransfer: transferTest(allowTransfer, keys),
    notify: checkSecondaries(options.notify),
    keys,
    now,
    onQuery,
    report: faultReporter(onError),
  }
}

function checkFunction(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== 'function') throw invalidOption(`${what} is not a function`)
}

function originOf(origin: unknown): WireName {
  if (typeof origin !== 'string') throw invalidOption(`origin is ${quote(origin)}, which is not a string`)
  try {
    return wireNameFromText(origin, ROOT_NAME)
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `origin is ${quote(origin)}, which is not a name`, { cause })
  }
}

// A server that listens on every address publishes the loopback address, the only one that is certain.
function nameServerOf(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  const [bare = ''] = address.split('%')
  return bare === '::' ? '::1' : bare
}

function textOf(value: unknown, what: string, fallback: string): string {
  if (value === undefined) return fallback
  if (typeof value === 'string') return value
  throw invalidOption(`${what} is ${quote(value)}, which is not a string`)
}

function numberOf(value: unknown, what: string, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw invalidOption(`${what} is ${quote(value)}, not a whole number from ${min} to ${max}`)
}
