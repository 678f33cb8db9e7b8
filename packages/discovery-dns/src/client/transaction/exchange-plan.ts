import type { Clock } from '@pstorage/discovery-core'
import type { NameServer } from '../../config/name-server.js'
import type { Denials } from '../../reply/denial.js'
import type { DnsQuestion } from '../../reply/query.js'
import type { SocketSemaphore } from '../../transport/socket-semaphore.js'
import type { RoundTrip } from '../../transport/tcp-transport.js'
import type { CookieJar } from './cookies.js'
import type { ServerHealth } from './server-health.js'

/** Plan by which several servers are queried. */
export interface ExchangePlan {
  readonly question: DnsQuestion
  /** In the order in which they are asked. */
  readonly servers: readonly NameServer[]
  /** The same in the order in which they are listed: a denial of the first one counts at once, of no other alone. */
  readonly listed: readonly NameServer[]
  /** True if the first one listed may deny; not where a server before it was passed over. */
  readonly mayDeny: boolean
  readonly denials: Denials
  /** Milliseconds between sends. */
  readonly interval: number
  /** Number of queries to each server; may be infinite. */
  readonly rounds: number
  readonly tcpOnly: boolean
  /** Sends a query over a connection. */
  readonly converse: RoundTrip
  /** Asks for the AD bit. */
  readonly authenticData: boolean
  /** True if letters are sent in random case, which replies have to repeat. */
  readonly randomCase: boolean
  /** Of queries over UDP and what follows from them. */
  readonly cookies: CookieJar | undefined
  readonly slots: SocketSemaphore
  /** Is told who has answered and who has not. */
  readonly health: ServerHealth
  readonly clock: Clock
}
