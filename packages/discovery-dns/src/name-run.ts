import type { ClusterName } from '@pstorage/discovery-core'

/** Some names that came one after another, each with its first spelling. */
export interface NameRun {
  /** The least that each of them came with, in seconds. */
  readonly ttl: number
  readonly names: readonly ClusterName[]
}

/** The octets of the longest name. */
export const LONGEST_NAME = 63

/**
 * Compares the octets from `aStart` to `aEnd` with those from `bStart` to `bEnd`, in the canonical order of labels (RFC 4034
 * section 6.1): above 0 where `a` comes after `b`, 0 where they are the same without regard to case.
 */
export function compareNames(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const most = Math.min(aEnd - aStart, bEnd - bStart)
  for (let index = 0; index < most; index++) {
    const difference = lowerCase(a[aStart + index] as number) - lowerCase(b[bStart + index] as number) // within both
    if (difference !== 0) return difference
  }
  return aEnd - aStart - (bEnd - bStart)
}

/** An octet, the letters A to Z as a to z. */
export function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet
}
