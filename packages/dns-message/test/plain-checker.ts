/** A part of a message in which a name lies: it begins at `start` and has to end before `end`. */
interface Span {
  readonly start: number
  readonly end: number
}

/** Thrown for what no message has. */
class Refused extends Error {}

/**
 * Says whether bytes are a message, by the rules that `readMessage` states and without its limits on labels. Each name is followed
 * octet by octet and pointer by pointer, and all octets where names may begin are kept in a list: slow, and a second opinion on
 * what the reader accepts and refuses.
 */
export function isPlainMessage(bytes: Uint8Array): boolean {
  try {
    checkMessage(bytes)
    return true
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

function checkMessage(bytes: Uint8Array): void {
  expectThat(bytes.length >= 12 && bytes.length <= 65_535)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const names = new Names(view)
  let at = 12
  for (let left = view.getUint16(4); left > 0; left--) {
    at = names.pass({ start: at, end: bytes.length }) + 4
    expectThat(at <= bytes.length)
  }
  let opts = 0
  for (const section of [6, 8, 10]) {
    for (let left = view.getUint16(section); left > 0; left--) {
      const owner = at
      const fields = names.pass({ start: owner, end: bytes.length })
      const start = fields + 10
      expectThat(start <= bytes.length)
      const end = start + view.getUint16(fields + 8)
      expectThat(end <= bytes.length)
      const type = view.getUint16(fields)
      if (type === 41) expectThat(section === 10 && ++opts === 1 && names.isRoot(owner))
      checkData(view, names, type, view.getUint16(fields + 2) & 0x7fff, { start, end })
      at = end
    }
  }
  expectThat(at === bytes.length)
}

function checkData(view: DataView, names: Names, type: number, recordClass: number, { start, end }: Span): void {
  const isInternet = recordClass === 1
  const isUpdate = recordClass === 254 || recordClass === 255
  if (type === 41) {
    expectThat(end === passItems(start, end, 4, (at) => view.getUint16(at + 2)))
  } else if (type === 1 && isInternet) {
    expectThat(end - start === 4)
  } else if (type === 28 && isInternet) {
    expectThat(end - start === 16)
  } else if (type === 33 && isInternet) {
    expectThat(names.pass({ start: start + 6, end }) === end)
  } else if ([2, 5, 12].includes(type) && !isUpdate) {
    expectThat(names.pass({ start, end }) === end)
  } else if (type === 6 && !isUpdate) {
    expectThat(names.pass({ start: names.pass({ start, end }), end }) === end - 20)
  } else if (type === 16 && !isUpdate) {
    expectThat(end === passItems(start, end, 1, (at) => view.getUint8(at)))
  } else {
    names.opaque.push({ start, end })
  }
}

/** Returns the octet after items that each have a head with their length. */
function passItems(start: number, end: number, head: number, lengthAt: (at: number) => number): number {
  let at = start
  while (at < end) {
    expectThat(at + head <= end)
    at += head + lengthAt(at)
  }
  return at
}

class Names {
  /** RDATA in which names may lie that nobody knows yet. */
  readonly opaque: Span[] = []
  /** The octets at which labels begin, and the pointers and roots after them. */
  readonly #known = new Set<number>()
  readonly #view: DataView

  constructor(view: DataView) {
    this.#view = view
  }

  /** Returns the octet after a name. */
  pass(span: Span): number {
    const passed = new Set<number>()
    let [octets, pointers] = [0, 0]
    let next: number | undefined
    for (let part: Span | undefined = span; part !== undefined; ) {
      let at: number = part.start
      for (; ; at += 1 + this.#octet(at, part)) {
        passed.add(at)
        const size = this.#octet(at, part)
        if (size === 0 || size >= 0xc0) break
        expectThat(size <= 63)
        octets += 1 + size
      }
      const isPointer: boolean = this.#octet(at, part) !== 0
      next ??= at + (isPointer ? 2 : 1)
      if (isPointer) pointers++
      part = isPointer
        ? this.#target(((this.#octet(at, part) & 0x3f) << 8) | this.#octet(at + 1, part), part)
        : undefined
    }
    expectThat(octets < 255 && pointers <= 126)
    for (const at of passed) this.#known.add(at)
    return next ?? span.end
  }

  isRoot(start: number): boolean {
    let at = start
    while (this.#view.getUint8(at) >= 0xc0) at = this.#view.getUint16(at) & 0x3fff
    return this.#view.getUint8(at) === 0
  }

  #target(target: number, { start }: Span): Span {
    expectThat(target < start)
    if (this.#known.has(target)) return { start: target, end: this.#view.byteLength }
    const data = this.opaque.find((each) => each.start <= target && target < each.end)
    if (data === undefined) throw new Refused()
    return { start: target, end: data.end }
  }

  #octet(at: number, { end }: Span): number {
    expectThat(at < end)
    return this.#view.getUint8(at)
  }
}

function expectThat(isSo: boolean): void {
  if (!isSo) throw new Refused()
}
