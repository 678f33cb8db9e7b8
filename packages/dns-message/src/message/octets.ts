/** One octet. The caller has checked the bounds. */
export function uint8(bytes: Uint8Array, at: number): number {
  return bytes[at] as number
}

/** Two octets, the high one first (RFC 1035 section 2.3.2). The caller has checked the bounds. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

/** Four octets as an unsigned number, the high one first. The caller has checked the bounds. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0
}

/** A view, not a copy, of octets. Never a Buffer, whatever was read, because `slice` of a Buffer does not copy. */
export function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}

/** The four octets at an offset as dotted decimal (RFC 1035 section 3.4.1). */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${uint8(bytes, at)}.${uint8(bytes, at + 1)}.${uint8(bytes, at + 2)}.${uint8(bytes, at + 3)}`
}

/**
 * The sixteen octets at an offset as the canonical text of RFC 5952: lower case, no leading zeros, the longest run
 * of two or more zero groups (the first of equals) as `::`. An IPv4-mapped address ends in dotted decimal (section 5).
 */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: number[] = []
  let run = 0
  let longest = 1
  let longestEnd = -1
  for (let i = 0; i < 8; i++) {
    const group = uint16(bytes, at + 2 * i)
    groups.push(group)
    run = group === 0 ? run + 1 : 0
    if (run > longest) {
      longest = run
      longestEnd = i + 1
    }
  }
  // Stryker disable next-line ConditionalExpression: five zero groups before one that is not zero can end nowhere but there
  if (longestEnd === 5 && longest === 5 && groups[5] === 0xffff) {
    return `::ffff:${ipv4Text(bytes, at + 12)}`
  }
  // Stryker disable next-line EqualityOperator: a run has an end above 0
  if (longestEnd < 0) {
    return hex(groups, 0, 8)
  }
  return `${hex(groups, 0, longestEnd - longest)}::${hex(groups, longestEnd, 8)}`
}

function hex(groups: readonly number[], from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) {
    text += (i > from ? ':' : '') + (groups[i] as number).toString(16)
  }
  return text
}
