/** Limits on the work that one message may cause. Exceeding one is a `MessageError` with the code `ERR_MESSAGE_LIMIT`. */
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

/** The limits of a reader without limits of its own. */
export const DEFAULT_MESSAGE_LIMITS: MessageLimits = Object.freeze({
  bytes: 65_535,
  pointerHops: 126,
  labels: 65_536,
  copiedLabels: 262_144,
})

/** Returns the options with defaults. Throws a RangeError for one that is not an integer from 0 to its default. */
export function messageLimits(options: Partial<MessageLimits> | undefined): MessageLimits {
  if (options === undefined) {
    return DEFAULT_MESSAGE_LIMITS
  }
  return {
    bytes: limitOf('bytes', options.bytes),
    pointerHops: limitOf('pointerHops', options.pointerHops),
    labels: limitOf('labels', options.labels),
    copiedLabels: limitOf('copiedLabels', options.copiedLabels),
  }
}

function limitOf(name: keyof MessageLimits, value: number | undefined): number {
  const max = DEFAULT_MESSAGE_LIMITS[name]
  if (value === undefined) {
    return max
  }
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`limits.${name} must be an integer from 0 to ${max}, got ${String(value)}`)
  }
  return value
}
