import { join } from 'node:path'
import {
  type ListenOptions,
  type RealServer,
  type ServerKind,
  type ServerPlace,
  startRealServer,
} from './real-server.js'
import { type ServedZone, type TransferPermission, type ZoneSettings, zoneFile, zoneFiles } from './served-zone.js'

/** Options of {@link knotServer}. Knot 3.2, Debian's, does not listen for TLS. */
export interface KnotServerOptions extends ZoneSettings, Omit<ListenOptions, 'tls'> {
  /** Clients that may transfer the zones; default `none`. */
  readonly allowTransfer?: TransferPermission
}

const knot: ServerKind<KnotServerOptions> = {
  name: 'knotd',
  debianPackage: 'knot',
  ready: / server started/,
  incomplete: / error: | critical: /,
  args: (configFile) => ['-c', configFile],
  config: knotConfig,
  files: zoneFiles,
}

/**
 * Starts Knot's `knotd` on a free port of loopback, and resolves when it has loaded its zones.
 *
 * It runs in the foreground in a temporary directory. Who may not transfer is answered NOTAUTH.
 *
 * @throws Error when knotd is not installed, or refuses its configuration or a zone; the message holds its log.
 */
export function knotServer(options: KnotServerOptions = {}): Promise<RealServer> {
  return startRealServer(knot, options)
}

function knotConfig(options: KnotServerOptions, { directory, addresses, port }: ServerPlace): string {
  const { zones = {}, keys = [] } = options
  const rules = permittedKeys(options)
  const named = Object.entries(zones)
  return [
    'server:',
    `  rundir: "${directory}"`,
    ...addresses.map((address) => `  listen: ${address}@${port}`),
    '  udp-workers: 1',
    '  tcp-workers: 1',
    '  background-workers: 1',
    'log:',
    '  - target: stderr',
    '    any: info',
    'control:',
    `  listen: "${join(directory, 'knot.sock')}"`,
    'database:',
    `  storage: "${directory}"`,
    ...section('key', keys, ({ name, algorithm, secret }) => [
      `id: "${name}"`,
      `algorithm: ${algorithm}`,
      `secret: "${secret}"`,
    ]),
    ...section('remote', named, ([, zone], index) => remote(zone, index)),
    ...section('acl', rules, (key, index) => [
      `id: transfer-${index}`,
      'action: transfer',
      ...(key === undefined ? [] : [`key: "${key}"`]),
    ]),
    'template:',
    '  - id: default',
    `    storage: "${directory}"`,
    ...section('zone', named, ([name, zone], index) => [
      `domain: "${name}"`,
      `file: ${zoneFile(index)}`,
      ...(typeof zone === 'string' ? [] : [`master: primary-${index}`]),
      ...rules.map((_, rule) => `acl: transfer-${rule}`),
    ]),
    '',
  ].join('\n')
}

/** The keys that may sign questions for transfers; undefined stands for no signature. */
function permittedKeys({ keys = [], allowTransfer = 'none' }: KnotServerOptions): readonly (string | undefined)[] {
  if (allowTransfer === 'none') return []
  // A client that signs without need is refused otherwise.
  return allowTransfer === 'any' ? [undefined, ...keys.map(({ name }) => name)] : [allowTransfer.key]
}

function remote(zone: ServedZone, index: number): readonly string[] {
  if (typeof zone === 'string') return []
  const { transferFrom, key } = zone
  return [
    `id: primary-${index}`,
    `address: ${transferFrom.address}@${transferFrom.port}`,
    ...(key === undefined ? [] : [`key: "${key}"`]),
  ]
}

/** A section with an item for everything that has lines. */
function section<T>(
  name: string,
  things: readonly T[],
  lines: (thing: T, index: number) => readonly string[],
): readonly string[] {
  const items = things.map(lines).filter((item) => item.length > 0)
  if (items.length === 0) return []
  return [`${name}:`, ...items.flatMap((item) => item.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`))]
}
