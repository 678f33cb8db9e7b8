/**
 * Why nothing is announced.
 *
 * - `ERR_NO_INTERFACE`: no interface can multicast, or none of those that were named; the message has each and its reason.
 * - `ERR_ANNOUNCER_STOPPED`: it was stopped already.
 */
export type AnnounceErrorCode = 'ERR_NO_INTERFACE' | 'ERR_ANNOUNCER_STOPPED'

/** What `announce()` rejects with when the network does not let it. Wrong arguments are a `DiscoveryError`. */
export class AnnounceError extends Error {
  override readonly name = 'AnnounceError'
  readonly code: AnnounceErrorCode

  constructor(code: AnnounceErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
