/** How much work one message may cause. Each is a positive integer; reaching past one is a `MessageError` `ERR_MESSAGE_LIMIT`. */
export interface MessageLimits {
  /** Octets of a message. Default and greatest value: 65,535 (RFC 1035 section 4.2.2). */
  readonly bytes: number
  /** Compression pointers followed for one name, through all names that it ends in. Default: 126. */
  readonly pointerHops: number
  /** Labels read in one message; a part of a name that was read before and is pointed to again is not read again. Default: 65,536. */
  readonly labels: number
}

/** The limits of a reader that was given none: 65,535 octets, 126 pointer hops a name, 65,536 labels a message. */
export const DEFAULT_MESSAGE_LIMITS: MessageLimits = { bytes: 65_535, pointerHops: 126, labels: 65_536 }
