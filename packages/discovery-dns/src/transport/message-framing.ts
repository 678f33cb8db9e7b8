const LENGTH_OCTETS = 2

/** Cuts a TCP stream into DNS messages (RFC 1035 section 4.2.2), however it was split into segments. */
export class MessageFraming {
  /** Holds what has come of a message that is not whole yet; what else comes of it is put behind that. */
  #memory = Buffer.alloc(0)
  #held = 0

  /** Returns what of the next message has come, such as `17 of 212 octets`; `undefined` between messages. */
  get unfinished(): string | undefined {
    if (this.#held === 0) return undefined
    if (this.#held < LENGTH_OCTETS) return 'half of a length'
    return `${this.#held - LENGTH_OCTETS} of ${this.#needed - LENGTH_OCTETS} octets of a message`
  }

  /**
   * Yields the messages that are whole with this segment, all of which have to be asked for. Each is there until the next one is:
   * what is left of the segment is copied then, and both memories are used again.
   */
  *add(segment: Buffer): Generator<Buffer> {
    let rest = segment
    // Stryker disable next-line ConditionalExpression,EqualityOperator: the same is found: it takes longer
    if (this.#held > 0) {
      rest = this.#complete(segment)
      if (this.#held < this.#needed) return
      yield this.#memory.subarray(LENGTH_OCTETS, this.#held)
      this.#held = 0
    }
    for (let needed = neededFor(rest); rest.length >= needed; needed = neededFor(rest)) {
      yield rest.subarray(LENGTH_OCTETS, needed)
      rest = rest.subarray(needed)
    }
    this.#hold(rest)
  }

  /** Octets that have to be held before the message is whole, or before it is known how long it is. */
  get #needed(): number {
    return neededFor(this.#memory.subarray(0, this.#held))
  }

  /** Takes what the message that is held lacks, and gives the rest. */
  #complete(segment: Buffer): Buffer {
    let rest = segment
    // The length first, which says how much is lacking after it.
    while (rest.length > 0 && this.#held < this.#needed) {
      const lacking = this.#needed - this.#held
      this.#hold(rest.subarray(0, lacking))
      rest = rest.subarray(lacking)
    }
    return rest
  }

  #hold(octets: Buffer): void {
    const held = this.#held + octets.length
    // Stryker disable next-line ConditionalExpression,EqualityOperator: memory is made more often: it takes longer
    if (held > this.#memory.length) {
      // As much again, since a message may come octet by octet.
      const memory = Buffer.allocUnsafeSlow(2 * held)
      this.#memory.copy(memory, 0, 0, this.#held)
      this.#memory = memory
    }
    octets.copy(this.#memory, this.#held)
    this.#held = held
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
