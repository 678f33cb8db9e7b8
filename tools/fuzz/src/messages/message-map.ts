/** Offsets of the parts of a message, as far as it can be read. */
export interface MessageMap {
  /** The octets of length in front of labels. */
  readonly labels: readonly number[]
  readonly pointers: readonly number[]
  /** Fields of two octets: counts, types, classes, lengths of RDATA. */
  readonly fields: readonly number[]
  readonly records: readonly RecordPlace[]
}

/** One record, or one question, which has no RDATA. */
export interface RecordPlace {
  /** The octet in the header pair that counts it. */
  readonly count: number
  readonly start: number
  /** Offset of RDLENGTH. */
  readonly length: number | undefined
  readonly end: number
}

/** Offsets of names in RDATA, by type. */
const NAMES_IN: Readonly<Record<number, number>> = { 2: 0, 5: 0, 6: 0, 12: 0, 33: 6, 250: 0 }
/** More are not looked for: a mutation changes only some. */
const MOST = 400

/** Finds the parts of a message without a judgement on them. */
export function mapMessage(bytes: Uint8Array): MessageMap {
  const labels: number[] = []
  const pointers: number[] = []
  const fields: number[] = [2, 4, 6, 8, 10]
  const records: RecordPlace[] = []
  const uint16 = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  const passName = (start: number): number => {
    let at = start
    for (let size = bytes[at] ?? 0; size !== 0; size = bytes[at] ?? 0) {
      if (size >= 0xc0) {
        pointers.push(at)
        return at + 2
      }
      labels.push(at)
      at += 1 + (size & 0x3f)
    }
    return at + 1
  }
  let at = 12
  for (const count of [4, 6, 8, 10]) {
    for (let left = uint16(count); left > 0 && at < bytes.length && records.length < MOST; left -= 1) {
      const start = at
      at = passName(start)
      fields.push(at, at + 2)
      if (count === 4) {
        at += 4
        records.push({ count, start, length: undefined, end: at })
        continue
      }
      const length = at + 8
      fields.push(length)
      const named = NAMES_IN[uint16(at)]
      if (named !== undefined && length + 2 + named < bytes.length) passName(length + 2 + named)
      at = length + 2 + uint16(length)
      records.push({ count, start, length, end: at })
    }
  }
  const within = (place: number): boolean => place + 1 < bytes.length
  return {
    labels: labels.filter(within),
    pointers: pointers.filter(within),
    fields: fields.filter(within),
    records: records.filter(({ end }) => end <= bytes.length),
  }
}
