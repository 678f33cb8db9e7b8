import { type Endpoint, formatEndpoint } from '@pstorage/discovery-core'
import { PlainEndpointReader } from './plain-endpoint.js'

/** The endpoints that a list has had so far. */
export class KnownEndpoints {
  // Numbers are found in half the time of strings, and nearly every address has one port.
  readonly #plain = new Map<number, number | Set<number>>()
  readonly #others = new Set<string>()
  readonly #reader = new PlainEndpointReader()

  /** Adds an endpoint; false when it is there already. */
  add(endpoint: Endpoint): boolean {
    const text = formatEndpoint(endpoint)
    if (this.#reader.read(text, 0, text.length)) return this.addPlain(this.#reader.bits, endpoint.port)
    const size = this.#others.size
    return this.#others.add(text).size > size
  }

  /** The same for an IPv4 address as a signed 32-bit number. */
  addPlain(bits: number, port: number): boolean {
    const known = this.#plain.get(bits)
    if (known === undefined) {
      this.#plain.set(bits, port)
      return true
    }
    if (typeof known === 'number') {
      if (known !== port) this.#plain.set(bits, new Set([known, port]))
      return known !== port
    }
    const size = known.size
    return known.add(port).size > size
  }
}
