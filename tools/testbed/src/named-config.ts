import { isIPv6 } from 'node:net'
import { join } from 'node:path'

/** Where another name server listens. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** A zone that named serves: its text, or where it is transferred from. */
export type NamedZone = string | { readonly transferFrom: ServerAddress }

/** What named is told, apart from where it listens. */
export interface NamedSettings {
  /** The zones by name. Text needs no `$ORIGIN`. */
  readonly zones?: Readonly<Record<string, NamedZone>>
  /**
   * Who may transfer the zones: everybody, nobody (default), or entries of an address match list such as `127.0.0.1`
   * or `key transfer-key`.
   */
  readonly allowTransfer?: 'any' | 'none' | readonly string[]
  /** Where every question about other zones is forwarded; default: none is answered. */
  readonly forwardTo?: ServerAddress
  /** More statements inside `options`. */
  readonly options?: string
  /** More statements outside of it, before the zones: keys and the like. */
  readonly statements?: string
}

/** Where a named of ours lives. */
export interface NamedPlace {
  readonly directory: string
  readonly addresses: readonly string[]
  readonly port: number
}

/** The configuration of a named that keeps to its directory, its port and loopback. */
export function namedConfig(settings: NamedSettings, place: NamedPlace): string {
  const { zones = {}, allowTransfer = 'none', forwardTo, options = '', statements = '' } = settings
  const { directory, addresses, port } = place
  const transfers = typeof allowTransfer === 'string' ? [allowTransfer] : allowTransfer
  const listening = {
    ipv4: addresses.filter((address) => !isIPv6(address)),
    ipv6: addresses.filter(isIPv6),
  }
  const recursion =
    forwardTo === undefined
      ? ['recursion no;']
      : [
          'recursion yes; allow-recursion { any; }; forward only;',
          `forwarders { ${forwardTo.address} port ${forwardTo.port}; };`,
        ]
  return [
    'options {',
    `directory "${directory}"; managed-keys-directory "${directory}";`,
    `pid-file "${join(directory, 'named.pid')}"; session-keyfile "${join(directory, 'session.key')}"; lock-file none;`,
    `listen-on port ${port} ${matchList(listening.ipv4)}`,
    `listen-on-v6 port ${port} ${matchList(listening.ipv6)}`,
    `allow-transfer ${matchList(transfers)}`,
    'notify no; empty-zones-enable no; dnssec-validation no;',
    ...recursion,
    options,
    '};',
    'controls { };',
    statements,
    ...Object.entries(zones).map(([name, zone], index) => zoneStatement(name, zone, index)),
    '',
  ].join('\n')
}

/** The file of a zone inside the directory of named: a number, since a zone's name may not be one for a file. */
export function zoneFile(index: number): string {
  return `zone-${index}`
}

function zoneStatement(name: string, zone: NamedZone, index: number): string {
  const file = `file "${zoneFile(index)}";`
  if (typeof zone === 'string') return `zone "${name}" { type primary; ${file} };`
  const { address, port } = zone.transferFrom
  return `zone "${name}" { type secondary; ${file} primaries { ${address} port ${port}; }; };`
}

function matchList(entries: readonly string[]): string {
  return `{ ${(entries.length > 0 ? entries : ['none']).map((entry) => `${entry};`).join(' ')} };`
}
