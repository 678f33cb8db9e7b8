/**
 * The messages that this host has sent lately, on any interface. They come back on the interface that they were sent on, and on
 * others that are bridged to it; what another program of this host sends looks different.
 *
 * @see RFC 6762 section 14
 */
export class SentMessages {
  readonly #latest = new Set<string>()

  add(bytes: Uint8Array): void {
    const text = textOf(bytes)
    this.#latest.delete(text)
    this.#latest.add(text)
    const [oldest] = this.#latest
    if (this.#latest.size > REMEMBERED && oldest !== undefined) this.#latest.delete(oldest)
  }

  has(bytes: Uint8Array): boolean {
    return this.#latest.has(textOf(bytes))
  }
}

const REMEMBERED = 512

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
