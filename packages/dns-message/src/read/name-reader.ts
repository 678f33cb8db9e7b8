import { types } from 'node:util'
import { type MessageErrorCode, MessagePosition } from '../message/message-error.js'
import { DEFAULT_MESSAGE_LIMITS, type MessageLimits } from '../message/message-limits.js'
import { uint8, uint16 } from '../message/octets.js'
import type { Name } from '../name/name.js'

/** A pointer has 14 bits (RFC 1035 section 4.1.4), so nothing from here on can be pointed to. */
const POINTABLE = 0x4000

/** An entry holds octets, labels and pointers, the last two in 7 bits each: there are at most 127 labels and 126 pointers. */
const [OCTETS_SHIFT, LABELS_SHIFT, FIELD_MASK] = [14, 7, 0x7f]

/** The entry of the root: one octet, no labels, no pointers. */
const ROOT_ENTRY = 1 << OCTETS_SHIFT

/** Added to the entry of a label inside a name until something points to it: its labels are still to be copied. */
const UNCOPIED = 1 << 22

/** The longest slice of a string that V8 copies. A longer one would keep the text of the whole message in memory. */
const COPIED_SLICE = 12

const ROOT: Name = []

/**
 * The content of each octet that can be pointed to:
 *
 * - 0: a label inside a name that nothing has pointed to yet, or nothing;
 * - above 0: a name, or a label inside one (or the pointer or the root that ends it), as the octets of the name from there on,
 *   written out without compression, its labels, and the pointers followed for it;
 * - below 0: something in opaque RDATA, as the octet after that RDATA.
 *
 * One array serves all readers, because each clears what it needs and a message is read without interruption.
 */
const pointerTargets = new Int32Array(POINTABLE)

/** The number of the name that was read at each octet which begins one, or the number of the name that has a label there. */
const numbers = new Uint16Array(POINTABLE)

/**
 * Checks the names of one message and follows their compression (RFC 1035 section 4.1.4).
 *
 * A pointer must go back before the labels that it ends, to the beginning of a name or a label that was passed, or into opaque
 * RDATA, which may hold names that were not passed. So following pointers terminates. What was passed is remembered and is not
 * passed again when pointed to, so no arrangement of pointers makes the work quadratic.
 */
export class NameReader {
  /** The name that was passed last, where names are read. */
  name: Name = ROOT
  readonly #bytes: Buffer
  /** The whole message with a character for each octet: a slice of it is the fastest way to make a label. */
  readonly #text: string | undefined
  readonly #position: MessagePosition
  readonly #limits: MessageLimits
  readonly #names: Name[] = []
  #next = 0
  #labels = 0
  #copiedLabels = 0

  /** With `isRead` names are read, without it they are only checked, and no labels are copied. */
  constructor(bytes: Buffer, position: MessagePosition, limits: MessageLimits, isRead: boolean) {
    this.#bytes = bytes
    this.#text = isRead ? bytes.toString('latin1') : undefined
    this.#position = position
    this.#limits = limits
    pointerTargets.fill(0, 0, bytes.length)
  }

  /** Passes the name at `start` and returns the offset after it. Fails with the code `cut` when the name does not end before `end`. */
  pass(start: number, end: number, cut: MessageErrorCode): number {
    this.#pass(start, end, cut, 0)
    return this.#next
  }

  /** Marks opaque RDATA as a target of pointers, because names may be in it. */
  passOpaque(start: number, end: number): void {
    pointerTargets.fill(-end, start, end)
  }

  /** Returns the entry of the name. */
  #pass(start: number, end: number, cut: MessageErrorCode, hops: number): number {
    const bytes = this.#bytes
    let at = start
    let labels = 0
    let size = at < end ? uint8(bytes, at) : this.#position.fail(cut, 'A name is missing', at)
    while (isLabel(size)) {
      if (size > 63) this.#position.fail('ERR_MESSAGE_NAME', `A label has the unknown kind ${size >> 6}`, at)
      const next = at + 1 + size
      // The root or the pointer that ends the name is still to come, and the root is its 255th octet at the most.
      if (next - start > 254) this.#position.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
      if (next >= end) this.#position.fail(cut, 'A name does not end', at)
      at = next
      labels++
      size = uint8(bytes, at)
    }
    this.#labels += labels
    if (this.#labels > this.#limits.labels) this.#refuse('labels', 'labels', start)
    let rest = ROOT_ENTRY
    if (size === 0) {
      this.name = ROOT
      this.#next = at + 1
    } else {
      if (at + 1 >= end) this.#position.fail(cut, 'A pointer is cut short', at)
      rest = this.#follow(at, start, hops + 1) + 1
      if (at - start + (rest >> OCTETS_SHIFT) > 255) {
        this.#position.fail('ERR_MESSAGE_NAME', 'A name has more than 255 octets', at)
      }
      this.#next = at + 2
    }
    if (this.#text !== undefined) this.#read(start, labels, this.#text)
    const entry = rest + ((at - start) << OCTETS_SHIFT) + (labels << LABELS_SHIFT)
    // Stryker disable next-line all: nothing at 0x4000 or beyond can be pointed to, and an array of integers takes no note of it
    if (start < POINTABLE) pointerTargets[start] = entry
    return entry
  }

  /**
   * Returns the entry that the pointer at `at` points to, and reads its name. It ends labels that begin at `before`, and is the
   * `hops`-th of its name.
   */
  #follow(at: number, before: number, hops: number): number {
    const target = uint16(this.#bytes, at) & 0x3fff
    let entry = target < before ? pointerTargets[target] || this.#find(target) : 0
    if (entry === 0) {
      return this.#position.fail(
        'ERR_MESSAGE_POINTER',
        `A pointer to octet ${target}, where no earlier name begins,`,
        at,
      )
    }
    // Stryker disable next-line EqualityOperator: the entry of a label is above 0
    if (entry >= UNCOPIED) {
      entry -= UNCOPIED
      pointerTargets[target] = entry
      if (this.#text !== undefined) this.#readEnd(target, (entry >> LABELS_SHIFT) & FIELD_MASK)
    }
    // Stryker disable next-line EqualityOperator: where nothing begins the name is refused before
    if (hops + (entry > 0 ? entry & FIELD_MASK : 0) > this.#limits.pointerHops) {
      this.#refuse('pointerHops', 'pointers in a name', at)
    }
    // Stryker disable next-line EqualityOperator: where nothing begins the name is refused before
    if (entry < 0) return this.#passInside(target, -entry, hops)
    // Stryker disable next-line ConditionalExpression: where no name is read, none is asked for
    if (this.#text !== undefined) this.name = this.#names[numbers[target] as number] as Name // it was read
    return entry
  }

  /** Passes a name inside opaque RDATA that ends at `end`. Its labels get entries, as those of any other name. */
  #passInside(start: number, end: number, hops: number): number {
    const entry = this.#pass(start, end, 'ERR_MESSAGE_POINTER', hops)
    let rest = entry
    for (let at = start; isLabel(uint8(this.#bytes, at)); ) {
      const octets = 1 + uint8(this.#bytes, at)
      at += octets
      rest = withoutLabel(rest, octets)
      pointerTargets[at] = rest + UNCOPIED
      numbers[at] = numbers[start] as number // it was passed
    }
    return entry
  }

  /** Returns the entry of a label inside a name; 0 where no label of a name begins. */
  #find(target: number): number {
    let start = target
    // Stryker disable next-line ConditionalExpression,EqualityOperator: nothing begins at octet 0, and nothing is before it: no label is found from either
    while (start > 0 && pointerTargets[start] === 0) start--
    let entry = pointerTargets[start] as number // the octet exists
    if (entry <= 0) return 0
    for (let at = start; at < target; ) {
      const size = uint8(this.#bytes, at)
      at += 1 + size
      if (!isLabel(size) || at > target) return 0
      entry = withoutLabel(entry, 1 + size)
    }
    numbers[target] = numbers[start] as number // it has an entry
    return entry + UNCOPIED
  }

  /** Reads the name of the `depth` labels at `start`, followed by those of the name that was read last. */
  #read(start: number, depth: number, text: string): void {
    const rest = this.name
    if (depth > 0) {
      this.#countCopies(rest.length, start)
      const bytes = this.#bytes
      // Stryker disable next-line all: a shortcut: the long way comes to the same
      const labels = new Array<string>(depth + rest.length)
      let at = start
      let i = 0
      for (; i < depth; i++) {
        const next = at + 1 + uint8(bytes, at)
        // Stryker disable next-line all: both ways make the same label: one of them keeps less memory
        labels[i] = next - at - 1 > COPIED_SLICE ? bytes.toString('latin1', at + 1, next) : text.slice(at + 1, next)
        at = next
      }
      for (const label of rest) labels[i++] = label
      this.name = labels
    }
    // Stryker disable next-line all: a name that cannot be pointed to would be kept for nothing
    if (start < POINTABLE) numbers[start] = this.#names.push(this.name) - 1
  }

  /** Reads the last labels of the name that has a label at `target`. */
  #readEnd(target: number, labels: number): void {
    this.#countCopies(labels, target)
    const whole = this.#names[numbers[target] as number] as Name // it was read
    numbers[target] = this.#names.push(whole.slice(whole.length - labels)) - 1
  }

  #countCopies(labels: number, at: number): void {
    this.#copiedLabels += labels
    if (this.#copiedLabels > this.#limits.copiedLabels) this.#refuse('copiedLabels', 'labels copied', at)
  }

  #refuse(limit: keyof MessageLimits, what: string, at: number): never {
    return this.#position.fail('ERR_MESSAGE_LIMIT', `More than ${this.#limits[limit]} ${what}`, at, limit)
  }
}

/** Returns the entry of what follows the first label of a name. */
function withoutLabel(entry: number, octets: number): number {
  return entry - (octets << OCTETS_SHIFT) - (1 << LABELS_SHIFT)
}

/** Tests if the octet begins a label, and not the root or a pointer. */
function isLabel(size: number): boolean {
  return size > 0 && size < 0xc0
}

/**
 * Reads an uncompressed name, such as the algorithm in the opaque RDATA of a TSIG record. `next` is the octet after it.
 *
 * @param offset of the name; default 0
 * @throws {MessageError} when there is no whole name, or one with a pointer
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when `offset` is not an integer from 0
 * @see RFC 1035 section 3.1
 */
export function nameFromWire(bytes: Uint8Array, offset = 0): { readonly name: Name; readonly next: number } {
  if (!types.isUint8Array(bytes)) {
    throw new TypeError('A name is read from a Uint8Array')
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RangeError(`offset must be an integer from 0, got ${String(offset)}`)
  }
  const position = new MessagePosition()
  position.section = 'name'
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const names = new NameReader(whole, position, DEFAULT_MESSAGE_LIMITS, true)
  const next = names.pass(offset, whole.length, 'ERR_MESSAGE_TRUNCATED')
  return { name: names.name, next }
}
