import { isIP } from 'node:net'
import type { ClusterNameServerOptions } from './cluster-name-server.js'
import { reportTo } from './fault-report.js'
import type { InventorySettings } from './inventory-zone.js'
import { NameServerError } from './name-server-error.js'
import type { NotifierSettings } from './notifier.js'
import { quote } from './quote.js'
import type { ResponderSettings } from './responder.js'
import { checkSecondaries } from './secondary.js'
import type { TcpLimits } from './tcp-listener.js'
import { transferTest } from './transfer-policy.js'
import { checkKeys } from './tsig-key.js'
import { rootName, type WireName, wireNameFromText } from './wire-name.js'

/** The options with their defaults. */
export interface Settings extends Omit<InventorySettings, 'serial'>, ResponderSettings, TcpLimits, NotifierSettings {
  readonly address: string
  readonly port: number
}

/** @throws NameServerError `ERR_OPTION_INVALID` when an option has a value that cannot work. */
export function checkOptions(options: ClusterNameServerOptions): Settings {
  const { address = '127.0.0.1', allowTransfer = ['127.0.0.0/8', '::1'], now = Date.now, onQuery, onError } = options
  if (typeof address !== 'string' || isIP(address) === 0) {
    throw invalid(`address is ${quote(address)}, which is not an IP address`)
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
    report: reportTo(onError),
  }
}

function checkFunction(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== 'function') throw invalid(`${what} is not a function`)
}

function originOf(origin: unknown): WireName {
  if (typeof origin !== 'string') throw invalid(`origin is ${quote(origin)}, which is not a text`)
  try {
    return wireNameFromText(origin, rootName)
  } catch (cause) {
    throw new NameServerError('ERR_OPTION_INVALID', `origin is ${quote(origin)}, which is not a name`, { cause })
  }
}

// Who listens everywhere cannot say where it is reached; loopback is the one place that is sure.
function nameServerOf(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  const [bare = ''] = address.split('%')
  return bare === '::' ? '::1' : bare
}

function textOf(value: unknown, what: string, fallback: string): string {
  if (value === undefined) return fallback
  if (typeof value === 'string') return value
  throw invalid(`${what} is ${quote(value)}, which is not a text`)
}

function numberOf(value: unknown, what: string, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(`${what} is ${quote(value)}, not a whole number from ${least} to ${most}`)
}

function invalid(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}
