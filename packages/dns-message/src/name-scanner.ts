import type { MessageErrorCode } from './message-error.js'
import type { MessageLimits } from './message-limits.js'
import { uint8, uint16 } from './octets.js'
import { labelAt } from './scanned-name.js'
import type { Whereabouts } from './whereabouts.js'

/** A pointer has 14 bits (RFC 1035 section 4.1.4), so nothing from here on can be pointed to. */
const POINTABLE = 0x4000

/** The pointers followed for a name are at most 126, which 7 bits hold. */
const HOPS_BITS = 7
const HOPS_MASK = 0x7f

/** The root: one octet, no pointers. */
const ROOT = 1 << HOPS_BITS

/**
 * What begins at an octet that can be pointed to:
 *
 * - 0: a label inside a name that nothing has pointed to yet, or nothing;
 * - above 0: a name, or a label inside one (or the pointer or the root that ends it), as the octets of the name from there on,
 *   written out without compression, and the pointers followed for it;
 * - below 0: something in opaque RDATA, as the octet after that RDATA.
 *
 * One array serves all scanners, because each clears what it needs and a message is scanned without interruption.
 */
const places = new Int32Array(POINTABLE)

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
    while (isLabel(size)) {
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
    const place = rest + ((at - start) << HOPS_BITS)
    if (start < POINTABLE) places[start] = place
    return place
  }

  /** The place that the pointer at `at` points to. It ends labels that begin at `before`, and is the `hops`-th of its name. */
  #follow(at: number, before: number, hops: number): number {
    const target = uint16(this.#bytes, at) & 0x3fff
    const place = target < before ? places[target] || this.#find(target) : 0
    if (place === 0) {
      return this.#where.fail('ERR_MESSAGE_POINTER', `A pointer to octet ${target}, where no earlier name begins,`, at)
    }
    if (hops + (place > 0 ? place & HOPS_MASK : 0) > this.#limits.pointerHops) {
      this.#refuse('pointerHops', 'pointers in a name', at)
    }
    return place > 0 ? place : this.#passInside(target, -place, hops)
  }

  /** Passes a name inside opaque RDATA that ends at `end`. What begins there is known from now on, as of any other name. */
  #passInside(start: number, end: number, hops: number): number {
    const place = this.#pass(start, end, 'ERR_MESSAGE_POINTER', hops)
    for (let at = start; isLabel(uint8(this.#bytes, at)); ) {
      at += 1 + uint8(this.#bytes, at)
      places[at] = place - ((at - start) << HOPS_BITS)
    }
    return place
  }

  /** The place of a label inside a name, which is remembered; 0 where no label of a name begins. */
  #find(target: number): number {
    let start = target
    while (start > 0 && places[start] === 0) start--
    const place = places[start] as number // of an octet that is there
    if (place <= 0) return 0
    for (let at = start; at < target; ) {
      const size = uint8(this.#bytes, at)
      at += 1 + size
      if (!isLabel(size) || at > target) return 0
    }
    places[target] = place - ((target - start) << HOPS_BITS)
    return places[target] as number // which was just put there
  }

  #refuse(limit: keyof MessageLimits, what: string, at: number): never {
    return this.#where.fail('ERR_MESSAGE_LIMIT', `More than ${this.#limits[limit]} ${what}`, at, limit)
  }
}

/** Whether what begins with such an octet is a label: neither the root nor a pointer. */
function isLabel(size: number): boolean {
  return size > 0 && size < 0xc0
}
