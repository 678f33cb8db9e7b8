import type { Endpoint } from '../endpoint.js'

/** What an MDS says about its cluster when a client connects. */
export interface MasterAdvice {
  /** Every MDS of the cluster that it knows of, itself included. */
  readonly mds: readonly Pick<Endpoint, 'address' | 'port'>[]
  /** Which of them is the master, by its place in `mds`; `null` when it knows of none. */
  readonly master: number | null
  /** It has no quorum: it can tell where others are, and is not the master whatever it says. */
  readonly bootstrapOnly: boolean
}

/** How one MDS is asked. */
export interface MasterLocatorOptions {
  /** Aborts when the answer is not wanted any more: close everything then. */
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * Asks one MDS where the master is. Whoever owns the protocol of the cluster implements it; there is no implementation
 * here, and none that would speak to a real MDS can be made from public documents.
 *
 * An MDS that cannot be asked is a rejection; its `code`, where it has one, is kept.
 */
export interface MasterLocator {
  /** Asks the MDS at the endpoint, and resolves to what it says. */
  ask(endpoint: Pick<Endpoint, 'address' | 'port'>, options: MasterLocatorOptions): Promise<MasterAdvice>
}
