import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number of 32 or 128 bits. */
export interface AddressNumber {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** The number that an IPv4 or IPv6 address is; `undefined` for what is neither. Without zone. */
export function addressNumber(text: string): AddressNumber | undefined {
  if (isIPv4(text)) return { bits: 32, value: joined(text.split('.').map(Number), 8) }
  if (!isIPv6(text)) return undefined
  const [head = '', tail] = text.split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array<number>(8 - before.length - after.length).fill(0)
  return { bits: 128, value: joined([...before, ...zeros, ...after], 16) }
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [first = 0, second = 0, third = 0, fourth = 0] = group.split('.').map(Number)
    return [first * 256 + second, third * 256 + fourth]
  })
}

function joined(parts: readonly number[], width: number): bigint {
  return parts.reduce((number, part) => (number << BigInt(width)) | BigInt(part), 0n)
}
