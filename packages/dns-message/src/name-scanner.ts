import type { MessageErrorCode } from './message-error.js'
import type { MessageLimits } from './message-limits.js'
import { uint8, uint16 } from './octets.js'
import { labelAt } from './scanned-name.js'
import type { Whereabouts } from './whereabouts.js'

/** A pointer has 14 bits (RFC 1035 section 4.1.4), so nothing from here on can be pointed to. */
const POINTABLE = 0x4000

/** The octets of the longest name: one that begins where it can be pointed to may go on behind that. */
const LONGEST_NAME = 255

/** The pointers followed for a name are at most 126, which 7 bits hold. */
const HOPS_BITS = 7
const HOPS_MASK = 0x7f

/** The root: one octet, no pointers. */
const ROOT = 1 << HOPS_BITS

/**
 * What begins at each octet that can be pointed to:
 *
 * - 0: nothing;
 * - above 0: a label (or the pointer or the root that ends a name), as the octets of the name from there on, written out without
 *   compression, and the pointers followed for it;
 * - below 0: something in opaque RDATA, as the octet after that RDATA.
 *
 * One array serves all scanners, because each clears what it needs and a message is scanned without interruption.
 */
const places = new Int32Array(POINTABLE + LONGEST_NAME)

/**
 * Passes over the names of one message by the rules of `NameReader`, and makes nothing of them: it accepts and refuses the same
 * names for the same reasons, but for the limit on copied labels, as it copies none.
 */
export class NameScanner {
  readonly #bytes: Buffer
  readonly #where: Whereabouts
  readonly #limits: MessageLimits
  #next = 0
  #labels = 0

  constructor(bytes: Buffer, where: Whereabouts, limits: MessageLimits) {
    this.#bytes = bytes
    this.#where = where
    this.#limits = limits
    places.fill(0, 0, bytes.length)
  }

  /** Passes the name at `start`, which must end before `end`, and gives the octet after it. One that does not is refused with the code `cut`. */
  pass(start: number, end: number, cut: MessageErrorCode): number {
    this.#pass(start, end, cut, 0)
    return this.#next
  }

  /** Whether a name that was passed is the root. */
  isRoot(start: number): boolean {
    return uint8(this.#bytes, labelAt(this.#bytes, start)) === 0
  }

  /** Takes note of opaque RDATA: there may be names in it, and they can be pointed to. */
  passOpaque(start: number, end: number): void {
    places.fill(-end, start, end)
  }

  /** Gives the place of the name. */
  #pass(start: number, end: number, cut: MessageErrorCode, hops: number): number {
    const bytes = this.#bytes
    let at = start
    let labels = 0
    let size = at < end ? uint8(bytes, at) : this.#where.fail(cut, 'A name is missing', at)
    while (size !== 0 && size < 0xc0) {
      if (size > 63) this.#where.fail('ERR_MESSAGE_NAME', `A label has the unknown kind ${size >> 6}`, at)
      const next = at + 1 + size
      if (next - start > 254) this.#where.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
      if (next >= end) this.#where.fail(cut, 'A name does not end', at)
      at = next
      labels++
      size = uint8(bytes, at)
    }
    this.#labels += labels
    if (this.#labels > this.#limits.labels) this.#refuse('labels', 'labels', start)
    if (size !== 0 && at + 1 >= end) this.#where.fail(cut, 'A pointer is cut short', at)
    const rest = size === 0 ? ROOT : this.#follow(at, start, hops + 1) + 1
    if (at - start + (rest >> HOPS_BITS) > 255) {
      this.#where.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
    }
    this.#next = size === 0 ? at + 1 : at + 2
    if (start < POINTABLE) this.#keep(start, at, rest)
    return rest + ((at - start) << HOPS_BITS)
  }

  /** The place that the pointer at `at` points to. It ends labels that begin at `before`, and is the `hops`-th of its name. */
  #follow(at: number, before: number, hops: number): number {
    const target = uint16(this.#bytes, at) & 0x3fff
    const place = target < before ? (places[target] as number) : 0 // a target has 14 bits
    if (place === 0) {
      return this.#where.fail('ERR_MESSAGE_POINTER', `A pointer to octet ${target}, where no earlier name begins,`, at)
    }
    if (hops + (place > 0 ? place & HOPS_MASK : 0) > this.#limits.pointerHops) {
      this.#refuse('pointerHops', 'pointers in a name', at)
    }
    return place > 0 ? place : this.#pass(target, -place, 'ERR_MESSAGE_POINTER', hops)
  }

  /** Remembers each place in a name of which the labels end at `end`. */
  #keep(start: number, end: number, rest: number): void {
    for (let at = start; at <= end; at += 1 + uint8(this.#bytes, at)) places[at] = rest + ((end - at) << HOPS_BITS)
  }

  #refuse(limit: keyof MessageLimits, what: string, at: number): never {
    return this.#where.fail('ERR_MESSAGE_LIMIT', `More than ${this.#limits[limit]} ${what}`, at, limit)
  }
}
