/** How much work one message may cause. Reaching past a limit is a `MessageError` with the code `ERR_MESSAGE_LIMIT`. */
export interface MessageLimits {
  /** Octets of a message. Default, and the most that can be set: 65,535 (RFC 1035 section 4.2.2). */
  readonly bytes: number
  /** Compression pointers followed for one name, counted through every name that it ends in. Default, and the most: 126. */
  readonly pointerHops: number
  /** Labels read in one message. A name that was read before and is pointed to is not read again. Default, and the most: 65,536. */
  readonly labels: number
  /**
   * Labels that names take over from the earlier names that they end in. A name that is a pointer and nothing else shares the
   * earlier one and takes over none. Default, and the most: 262,144, nearly twice what a
   * full message of an `ip6.arpa` zone needs.
   */
  readonly copiedLabels: number
}

/** The limits of a reader that was given none. */
export const DEFAULT_MESSAGE_LIMITS: MessageLimits = Object.freeze({
  bytes: 65_535,
  pointerHops: 126,
  labels: 65_536,
  copiedLabels: 262_144,
})

/** The given limits over the defaults. Throws a RangeError for one that is not an integer from 0 to its default. */
export function messageLimits(given: Partial<MessageLimits> | undefined): MessageLimits {
  if (given === undefined) {
    return DEFAULT_MESSAGE_LIMITS
  }
  return {
    bytes: limitOf('bytes', given.bytes),
    pointerHops: limitOf('pointerHops', given.pointerHops),
    labels: limitOf('labels', given.labels),
    copiedLabels: limitOf('copiedLabels', given.copiedLabels),
  }
}

function limitOf(name: keyof MessageLimits, given: number | undefined): number {
  const most = DEFAULT_MESSAGE_LIMITS[name]
  if (given === undefined) {
    return most
  }
  if (!Number.isInteger(given) || given < 0 || given > most) {
    throw new RangeError(`limits.${name} must be an integer from 0 to ${most}, got ${String(given)}`)
  }
  return given
}
