import type { NamespaceHost } from '../namespace-host.js'

/** A remedy as a person reads it: where it goes, and the lines. */
export interface PrintedRemedy {
  /** As it is printed, without the colon: `in the zone example.org`, `as root, run`, `in /etc/resolv.conf`. */
  readonly where: string
  /** Lines that have to go. */
  readonly replaces: readonly string[]
  /** Lines to paste. */
  readonly text: readonly string[]
}

/** A set-up with one fault in it, built for real. */
export interface BrokenSetup {
  readonly id: string
  /** What is wrong, for people. */
  readonly about: string
  /** The id of the check that has to name it. */
  readonly fault: string
  /** The least level that it has to be named with; default `warning`. */
  readonly level?: 'notice' | 'warning' | 'error'
  /** What the remedy begins with that mends it as it is printed; without it there is something to fill in first, or to do by hand. */
  readonly mendedBy?: string
  /** Builds it. */
  start(): Promise<BrokenPlace>
}

/** A set-up that is running. */
export interface BrokenPlace extends AsyncDisposable {
  /** The options that point a command at it; they may differ once it was mended. */
  readonly arguments: readonly string[]
  /** The file that stands in for /etc/resolv.conf. */
  readonly resolvConf?: string
  /** The port that stands in for that of multicast DNS. */
  readonly multicastPort?: number
  /** The host on which the command has to be run; default: this one. */
  readonly host?: NamespaceHost
  /** Pastes a remedy where it belongs. @throws Error where what it replaces is not there */
  mend(remedy: PrintedRemedy): Promise<void>
}
