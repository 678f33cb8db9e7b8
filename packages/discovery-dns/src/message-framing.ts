const LENGTH_OCTETS = 2

/** Cuts a TCP stream into DNS messages (RFC 1035 section 4.2.2), however it was split into segments. */
export class MessageFraming {
  #segments: Buffer[] = []
  #held = 0
  /** Octets that have to be held before a message can be whole. */
  #needed = LENGTH_OCTETS

  /** What of the next message has come, such as `17 of 212 octets`; `undefined` between messages. */
  get unfinished(): string | undefined {
    if (this.#held === 0) return undefined
    if (this.#held < LENGTH_OCTETS) return 'half of a length'
    return `${this.#held - LENGTH_OCTETS} of ${this.#needed - LENGTH_OCTETS} octets of a message`
  }

  /** Yields the messages that are whole with this segment. They may share memory with it. */
  *add(segment: Buffer): Generator<Buffer> {
    this.#segments.push(segment)
    this.#held += segment.length
    // Joined only when it is worth it: a message may come octet by octet.
    if (this.#held < this.#needed) return
    let rest = this.#segments.length === 1 ? segment : Buffer.concat(this.#segments)
    this.#needed = neededFor(rest)
    while (rest.length >= this.#needed) {
      const message = rest.subarray(LENGTH_OCTETS, this.#needed)
      rest = rest.subarray(this.#needed)
      this.#needed = neededFor(rest)
      this.#segments = [rest]
      this.#held = rest.length
      yield message
    }
    this.#segments = [rest]
    this.#held = rest.length
  }
}

/** Puts the length in front of a message. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_OCTETS + message.length)
  new DataView(bytes.buffer).setUint16(0, message.length)
  bytes.set(message, LENGTH_OCTETS)
  return bytes
}

function neededFor(bytes: Buffer): number {
  return bytes.length < LENGTH_OCTETS ? LENGTH_OCTETS : LENGTH_OCTETS + bytes.readUInt16BE(0)
}
