const POINTABLE = 0x4000

/** Builds responses with the compression that name servers use: each name points to the longest end of it written before. */
export class MessageBuilder {
  readonly #octets: number[] = [0x12, 0x34, 0x84, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]
  readonly #written = new Map<string, number>()

  /** A question, in the class IN. */
  question(name: string, type: number): this {
    this.#count(4)
    this.#name(name)
    this.#uint16(type, 1)
    return this
  }

  srv(
    section: 'answer' | 'additional',
    owner: string,
    ttl: number,
    port: number,
    target: string,
    recordClass = 1,
  ): this {
    return this.#record(section, owner, 33, recordClass, ttl, () => {
      this.#uint16(10, 10, port)
      this.#name(target)
    })
  }

  ptr(owner: string, ttl: number, target: string): this {
    return this.#record('answer', owner, 12, 1, ttl, () => this.#name(target))
  }

  a(section: 'answer' | 'additional', owner: string, ttl: number, address: string, recordClass = 1): this {
    return this.#record(section, owner, 1, recordClass, ttl, () => this.#octets.push(...address.split('.').map(Number)))
  }

  aaaa(section: 'answer' | 'additional', owner: string, ttl: number, groups: readonly number[], recordClass = 1): this {
    return this.#record(section, owner, 28, recordClass, ttl, () => this.#uint16(...groups))
  }

  txt(section: 'answer' | 'additional', owner: string, ttl: number, strings: readonly string[], recordClass = 1): this {
    return this.#record(section, owner, 16, recordClass, ttl, () => {
      for (const string of strings) {
        this.#octets.push(string.length, ...Buffer.from(string, 'latin1'))
      }
    })
  }

  soa(owner: string, ttl: number): this {
    return this.#record('answer', owner, 6, 1, ttl, () => {
      this.#name(`ns1.${owner}`)
      this.#name(`hostmaster.${owner}`)
      this.#uint16(0, 1, 0, 3600, 0, 900, 9, 0, 0, 60)
    })
  }

  bytes(): Buffer {
    return Buffer.from(this.#octets)
  }

  #record(section: string, owner: string, type: number, recordClass: number, ttl: number, data: () => void): this {
    this.#count(section === 'answer' ? 6 : 10)
    this.#name(owner)
    this.#uint16(type, recordClass, ttl >>> 16, ttl & 0xffff)
    const length = this.#octets.length
    this.#uint16(0)
    data()
    this.#setUint16(length, this.#octets.length - length - 2)
    return this
  }

  #name(name: string): void {
    const labels = name.split('.')
    for (let i = 0; i < labels.length; i++) {
      const rest = labels.slice(i).join('.')
      const earlier = this.#written.get(rest)
      if (earlier !== undefined) {
        this.#uint16(0xc000 | earlier)
        return
      }
      if (this.#octets.length < POINTABLE) {
        this.#written.set(rest, this.#octets.length)
      }
      const label = Buffer.from(labels[i] ?? '', 'latin1')
      this.#octets.push(label.length, ...label)
    }
    this.#octets.push(0)
  }

  #count(at: 4 | 6 | 10): void {
    this.#setUint16(at, this.#count16(at) + 1)
  }

  #count16(at: number): number {
    return ((this.#octets[at] ?? 0) << 8) | (this.#octets[at + 1] ?? 0)
  }

  #setUint16(at: number, value: number): void {
    this.#octets[at] = value >> 8
    this.#octets[at + 1] = value & 0xff
  }

  #uint16(...values: readonly number[]): void {
    for (const value of values) {
      this.#octets.push(value >> 8, value & 0xff)
    }
  }
}
