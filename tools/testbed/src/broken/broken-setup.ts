import type { NamespaceHost } from '../namespace-host.js'
import type { PrintedRemedy, RemedyShell } from '../remedy/printed-remedy.js'
import type { Snapshot } from '../remedy/snapshot.js'

/** A set-up with one fault in it, built for real. */
export interface BrokenSetup {
  readonly id: string
  /** A description of the fault. */
  readonly about: string
  /** The id of the check that has to name it. */
  readonly fault: string
  /** The least level that it has to be named with; default `warning`. */
  readonly level?: 'notice' | 'warning' | 'error'
  /** The start of the remedy that fixes it as printed; absent where something has to be filled in first, or done by hand. */
  readonly fixedBy?: string
  /** Ids of checks that find a fault only once this one is fixed. */
  readonly reveals?: readonly string[]
  /** Text that no remedy may have, as it would do harm here. */
  readonly never?: RegExp
  /** Builds it. */
  start(): Promise<BrokenPlace>
}

/** A set-up that is running. */
export interface BrokenPlace extends AsyncDisposable {
  /** The options that point a command at it; they may differ after the fix. */
  readonly arguments: readonly string[]
  /** The file that stands in for /etc/resolv.conf. */
  readonly resolvConf?: string
  /** The port that stands in for that of multicast DNS. */
  readonly multicastPort?: number
  /** The host on which the command has to be run; default: this one. */
  readonly host?: NamespaceHost
  /** Pastes a remedy where it belongs, a command into a shell. @throws Error where what it replaces is not there */
  applyRemedy(remedy: PrintedRemedy, shell: RemedyShell): Promise<void>
  /** Reads all that a remedy could change here, to be compared. */
  snapshot?(): Promise<Snapshot>
}
