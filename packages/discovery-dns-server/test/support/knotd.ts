import { join } from 'node:path'
import type { TsigKey } from '../../src/index.js'
import type { RealServer } from './named.js'
import { freePort, startRealServer } from './real-server.js'

/** Options of a Knot DNS server as a secondary. */
export interface KnotSecondaryOptions {
  readonly origin: string
  /** The port of its primary on 127.0.0.1. */
  readonly primaryPort: number
  /** With which it asks. */
  readonly key?: TsigKey
  /** Seconds; what the SOA record says about refreshing counts up to this. */
  readonly longestRefresh?: number
  /** Default: a free one. */
  readonly port?: number
  /** A line of its log that says that it is ready; default: the first transfer is there. */
  readonly ready?: RegExp
}

/** Starts `knotd` as a secondary that takes NOTIFY from 127.0.0.1. */
export async function startKnotSecondary(options: KnotSecondaryOptions): Promise<RealServer> {
  const {
    origin,
    primaryPort,
    key,
    longestRefresh,
    port = await freePort(),
    ready = /AXFR, incoming.* finished/,
  } = options
  const config = (directory: string) => `
server:
    rundir: "${directory}"
    listen: 127.0.0.1@${port}
log:
  - target: stderr
    any: info
database:
    storage: "${directory}"
    journal-db-max-size: 64M
    kasp-db-max-size: 5M
    timer-db-max-size: 5M
${key ? `key:\n  - id: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${key.secret}` : ''}
remote:
  - id: primary
    address: 127.0.0.1@${primaryPort}
    ${key ? `key: ${key.name}` : ''}
acl:
  - id: from-primary
    address: 127.0.0.1
    action: notify
  - id: to-anybody
    address: 127.0.0.1
    action: transfer
zone:
  - domain: ${origin}
    storage: "${directory}"
    master: primary
    acl: [from-primary, to-anybody]
    ${longestRefresh === undefined ? '' : `refresh-max-interval: ${longestRefresh}`}
`
  const server = await startRealServer({
    program: 'knotd',
    args: (directory) => ['-c', join(directory, 'knot.conf')],
    files: (directory) => ({ 'knot.conf': config(directory) }),
    ready,
  })
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
