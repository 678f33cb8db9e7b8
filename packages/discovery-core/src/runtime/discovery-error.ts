/**
 * Code of a refused call.
 *
 * - `ERR_CLUSTER_NAME_INVALID`: the text is not a cluster name; nothing was asked or opened.
 * - `ERR_ENDPOINT_INVALID`: the text is not `IP`, `IP:PORT`, `[IPv6]` or `[IPv6]:PORT`.
 * - `ERR_OPTION_INVALID`: an option of a factory or a query has a value that cannot work.
 * - `ERR_RESOLVER_DISPOSED`: the resolver was disposed before or during the query.
 */
export type DiscoveryErrorCode =
  | 'ERR_CLUSTER_NAME_INVALID'
  | 'ERR_ENDPOINT_INVALID'
  | 'ERR_OPTION_INVALID'
  | 'ERR_RESOLVER_DISPOSED'

const brand = Symbol.for('@pstorage/discovery-core/DiscoveryError')

/**
 * The error that resolvers and parsers throw: for wrong arguments and disposed resolvers.
 *
 * What goes wrong outside (no answer, a refusal, rubbish) is never thrown; it is an attempt with a status.
 * Tell errors apart by `code`; the message is for people and may change.
 */
export class DiscoveryError extends Error {
  override readonly name = 'DiscoveryError'
  /** The reason, as a stable code. */
  readonly code: DiscoveryErrorCode

  /** `message` says what, which and where; values in it are quoted and escaped. */
  constructor(code: DiscoveryErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  /** Tells a DiscoveryError, also one that another installed copy of this package made. */
  static isInstance(error: unknown): error is DiscoveryError {
    return typeof error === 'object' && error !== null && brand in error
  }
}
