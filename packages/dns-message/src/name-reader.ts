import type { MessageErrorCode } from './message-error.js'
import type { MessageLimits } from './message-limits.js'
import type { Name } from './name.js'
import { uint8, uint16 } from './octets.js'
import type { Whereabouts } from './whereabouts.js'

/** A name, or the end of one, that was read and can be pointed to. */
interface KnownName {
  readonly labels: Name
  /** The octet at which it begins. */
  readonly start: number
  /** Its length, written out without compression. At most 255. */
  readonly octets: number
  /** The pointers followed for it. */
  readonly hops: number
}

/** A pointer has 14 bits (RFC 1035 section 4.1.4), so nothing from here on can be pointed to. */
const POINTABLE = 0x4000

/** A name has at most 127 labels, so 7 bits hold how many of them stand before a place. */
const DEPTH_BITS = 7
const DEPTH_MASK = 0x7f

/** The longest slice of a string that V8 copies. A longer one would keep the text of the whole message alive. */
const COPIED_SLICE = 12

const ROOT: Name = []

/**
 * What begins at each octet that can be pointed to:
 *
 * - 0: nothing;
 * - above 0: a label (or the pointer or the root that ends a name), as the number of its name and its depth in it;
 * - below 0: something in opaque RDATA, as the octet after that RDATA.
 *
 * One array serves all readers, because each clears what it needs and a message is read without interruption.
 */
const places = new Int32Array(POINTABLE)

/**
 * Reads the names of one message and follows their compression (RFC 1035 section 4.1.4).
 *
 * A pointer must go back before the labels that it ends, to a place where a name or a label of one was read, or into opaque
 * RDATA, which may hold names that the reader does not know of. So following pointers always ends. Every place that was read is
 * remembered with its name, so pointing to it again costs no reading, and no arrangement of pointers makes the work quadratic.
 */
export class NameReader {
  /** The octet after the name that was read last. */
  next = 0
  readonly #bytes: Buffer
  /** The whole message with a character for each octet: slices of it make labels faster than anything else. */
  readonly #text: string
  readonly #where: Whereabouts
  readonly #limits: MessageLimits
  readonly #known: KnownName[] = []
  #labelsRead = 0
  #labelsCopied = 0

  constructor(bytes: Buffer, where: Whereabouts, limits: MessageLimits) {
    this.#bytes = bytes
    this.#text = bytes.toString('latin1')
    this.#where = where
    this.#limits = limits
    places.fill(0, 0, bytes.length)
  }

  /** Reads the name at `start`, which must end before `end`, and sets `next`. One that does not is refused with the code `cut`. */
  read(start: number, end: number, cut: MessageErrorCode): Name {
    return this.#read(start, end, cut, 0).labels
  }

  /** Takes note of opaque RDATA: there may be names in it, and they can be pointed to. */
  passOpaque(start: number, end: number): void {
    places.fill(-end, start, end)
  }

  #read(start: number, end: number, cut: MessageErrorCode, hops: number): KnownName {
    const bytes = this.#bytes
    let at = start
    let depth = 0
    let size = at < end ? uint8(bytes, at) : this.#where.fail(cut, 'A name is missing', at)
    while (size !== 0 && size < 0xc0) {
      if (size > 63) {
        this.#where.fail('ERR_MESSAGE_NAME', `A label has the unknown kind ${size >> 6}`, at)
      }
      const next = at + 1 + size
      // The root or the pointer that ends the name is still to come, and the root is its 255th octet at the most.
      if (next - start > 254) {
        this.#where.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
      }
      if (next >= end) {
        this.#where.fail(cut, 'A name does not end', at)
      }
      at = next
      depth++
      size = uint8(bytes, at)
    }
    this.#labelsRead += depth
    if (this.#labelsRead > this.#limits.labels) {
      this.#refuse('labels', 'labels', start)
    }
    if (size === 0) {
      this.next = at + 1
      return this.#keep(start, depth, at, undefined)
    }
    if (at + 1 >= end) {
      this.#where.fail(cut, 'A pointer is cut short', at)
    }
    const rest = this.#follow(at, start, hops + 1)
    if (at - start + rest.octets > 255) {
      this.#where.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
    }
    this.next = at + 2
    return this.#keep(start, depth, at, rest)
  }

  /** Finds what the pointer at `at` points to. It ends labels that begin at `before`, and is the `hops`-th of its name. */
  #follow(at: number, before: number, hops: number): KnownName {
    const target = uint16(this.#bytes, at) & 0x3fff
    const place = target < before ? places[target] : 0
    if (place === undefined || place === 0) {
      return this.#where.fail('ERR_MESSAGE_POINTER', `A pointer to octet ${target}, where no earlier name begins,`, at)
    }
    const known = place > 0 ? this.#at(target, place) : undefined
    if (hops + (known?.hops ?? 0) > this.#limits.pointerHops) {
      this.#refuse('pointerHops', 'pointers in a name', at)
    }
    return known ?? this.#read(target, -place, 'ERR_MESSAGE_POINTER', hops)
  }

  /** The name, or the end of one, that was read at a place. */
  #at(target: number, place: number): KnownName | undefined {
    const name = this.#known[(place >> DEPTH_BITS) - 1]
    const depth = place & DEPTH_MASK
    if (name === undefined || depth === 0) {
      return name
    }
    const labels = name.labels.slice(depth)
    this.#countCopies(labels.length, target)
    const end = { labels, start: target, octets: name.octets - (target - name.start), hops: name.hops }
    places[target] = this.#known.push(end) << DEPTH_BITS
    return end
  }

  /** Makes the name of the `depth` labels from `start` to `end`, followed by `rest`, and remembers each place in it. */
  #keep(start: number, depth: number, end: number, rest: KnownName | undefined): KnownName {
    const place = (this.#known.length + 1) << DEPTH_BITS
    const labels =
      rest !== undefined && depth === 0 ? rest.labels : this.#labels(start, depth, rest?.labels ?? ROOT, place)
    const name = {
      labels,
      start,
      octets: end - start + (rest === undefined ? 1 : rest.octets),
      hops: rest === undefined ? 0 : rest.hops + 1,
    }
    if (end < POINTABLE) {
      places[end] = place + depth
    }
    if (start < POINTABLE) {
      this.#known.push(name)
    }
    return name
  }

  #labels(start: number, depth: number, rest: Name, place: number): Name {
    this.#countCopies(rest.length, start)
    const bytes = this.#bytes
    const labels = new Array<string>(depth + rest.length)
    let at = start
    let i = 0
    for (; i < depth; i++) {
      const next = at + 1 + uint8(bytes, at)
      labels[i] = this.#label(at + 1, next)
      if (at < POINTABLE) {
        places[at] = place + i
      }
      at = next
    }
    for (const label of rest) {
      labels[i++] = label
    }
    return labels
  }

  #label(start: number, end: number): string {
    return end - start > COPIED_SLICE ? this.#bytes.toString('latin1', start, end) : this.#text.slice(start, end)
  }

  #countCopies(labels: number, at: number): void {
    this.#labelsCopied += labels
    if (this.#labelsCopied > this.#limits.copiedLabels) {
      this.#refuse('copiedLabels', 'labels copied', at)
    }
  }

  #refuse(limit: keyof MessageLimits, what: string, at: number): never {
    return this.#where.fail('ERR_MESSAGE_LIMIT', `More than ${this.#limits[limit]} ${what}`, at, limit)
  }
}
