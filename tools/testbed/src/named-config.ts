import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { ServerPlace, TlsPlace } from './real-server.js'
import {
  type ServedZone,
  type ServerAddress,
  type TransferPermission,
  type ZoneSettings,
  zoneFile,
} from './served-zone.js'
import { keyStatement } from './transfer-key.js'

/** Settings of named, apart from its addresses. */
export interface NamedSettings extends ZoneSettings {
  /** Clients that may transfer the zones; default `none`. A list holds entries of an address match list such as `127.0.0.1`. */
  readonly allowTransfer?: TransferPermission | readonly string[]
  /** Allows zone transfers over TLS alone; default: over TCP too. */
  readonly transferByTlsAlone?: boolean
  /** The server to which queries about other zones are forwarded; default: they are refused. */
  readonly forwardTo?: ServerAddress
  /** More statements inside `options`. */
  readonly options?: string
  /** More statements outside of it, before the zones: `logging` and the like. */
  readonly statements?: string
}

/** The configuration of a named that keeps to its directory, its ports and loopback. */
export function namedConfig(settings: NamedSettings, place: ServerPlace): string {
  const { zones = {}, keys = [], forwardTo, options = '', statements = '' } = settings
  const { directory, port, tls } = place
  return [
    ...keys.map(keyStatement),
    ...(tls === undefined ? [] : [tlsStatement(tls)]),
    'options {',
    `directory "${directory}"; managed-keys-directory "${directory}";`,
    `pid-file "${join(directory, 'named.pid')}"; session-keyfile "${join(directory, 'session.key')}"; lock-file none;`,
    ...listenStatements(place, `port ${port}`),
    ...(tls === undefined ? [] : listenStatements(place, `port ${tls.port} tls certificate`)),
    transferStatement(settings),
    'notify no; empty-zones-enable no; dnssec-validation no;',
    ...recursionStatements(forwardTo),
    options,
    '};',
    'controls { };',
    statements,
    ...Object.entries(zones).map(([name, zone], index) => zoneStatement(name, zone, index)),
    '',
  ].join('\n')
}

function tlsStatement({ certificate: { certificateFile, keyFile } }: TlsPlace): string {
  return `tls certificate { cert-file "${certificateFile}"; key-file "${keyFile}"; };`
}

function listenStatements({ addresses }: ServerPlace, where: string): readonly string[] {
  return [
    `listen-on ${where} ${matchList(addresses.filter((address) => !isIPv6(address)))}`,
    `listen-on-v6 ${where} ${matchList(addresses.filter(isIPv6))}`,
  ]
}

function transferStatement({ allowTransfer = 'none', transferByTlsAlone = false }: NamedSettings): string {
  const transport = transferByTlsAlone ? 'transport tls ' : ''
  return `allow-transfer ${transport}${matchList(permitted(allowTransfer))}`
}

function permitted(permission: TransferPermission | readonly string[]): readonly string[] {
  if (typeof permission === 'string') return [permission]
  return 'key' in permission ? [`key "${permission.key}"`] : permission
}

function recursionStatements(forwardTo: ServerAddress | undefined): readonly string[] {
  if (forwardTo === undefined) return ['recursion no;']
  const { address, port } = forwardTo
  return ['recursion yes; allow-recursion { any; }; forward only;', `forwarders { ${address} port ${port}; };`]
}

function zoneStatement(name: string, zone: ServedZone, index: number): string {
  const file = `file "${zoneFile(index)}";`
  if (typeof zone === 'string') return `zone "${name}" { type primary; ${file} };`
  const { transferFrom, key } = zone
  const primary = `${transferFrom.address} port ${transferFrom.port}${key === undefined ? '' : ` key "${key}"`}`
  return `zone "${name}" { type secondary; ${file} primaries { ${primary}; }; };`
}

function matchList(entries: readonly string[]): string {
  return `{ ${(entries.length > 0 ? entries : ['none']).map((entry) => `${entry};`).join(' ')} };`
}
