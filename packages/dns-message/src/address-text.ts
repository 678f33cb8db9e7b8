import { uint8, uint16 } from './octets.js'

/** The four octets at a place as dotted decimal (RFC 1035 section 3.4.1). */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${uint8(bytes, at)}.${uint8(bytes, at + 1)}.${uint8(bytes, at + 2)}.${uint8(bytes, at + 3)}`
}

/**
 * The sixteen octets at a place in the one text that RFC 5952 gives each address: lower case, no leading zeros, the longest run
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
  if (longestEnd === 5 && longest === 5 && groups[5] === 0xffff) {
    return `::ffff:${ipv4Text(bytes, at + 12)}`
  }
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
