/** Octets of each label. */
const SIZE = 62
const MIDDLE = 'm'.charCodeAt(0)
const MOST = 12

/** x^power - 1. */
function difference(power: number): readonly number[] {
  return [-1, ...Array.from({ length: power - 1 }, () => 0), 1]
}

function product(a: readonly number[], b: readonly number[]): readonly number[] {
  const result = Array.from({ length: a.length + b.length - 1 }, () => 0)
  for (const [i, left] of a.entries()) {
    for (const [j, right] of b.entries()) result[i + j] = (result[i + j] ?? 0) + left * right
  }
  return result
}

/** Of an odd number x, 2^3 divides x^2 - 1, 2^4 x^4 - 1, 2^5 x^8 - 1 and 2^6 x^16 - 1: 2^32 divides the product of these. */
const zeroForEveryKey = [2, 2, 2, 4, 4, 4, 8, 16].map(difference).reduce(product)

/**
 * Different labels that have the same polynomial hash modulo 2^32 under every odd key: they differ by sums of a polynomial that is
 * 0 for all of them, shifted.
 */
export function collidingLabels(count: number): readonly string[] {
  const labels: string[] = []
  const sums = Array.from({ length: SIZE }, () => 0)
  const shifts = SIZE - zeroForEveryKey.length + 1
  const extend = (shift: number): void => {
    if (labels.length === count) return
    if (shift === shifts) {
      if (sums.every((sum) => Math.abs(sum) <= MOST))
        labels.push(String.fromCharCode(...sums.map((sum) => MIDDLE + sum)))
      return
    }
    for (const factor of [0, 1, -1]) {
      add(sums, shift, factor)
      // Nothing below is added to what stands before.
      if (Math.abs(sums[shift] ?? 0) <= MOST) extend(shift + 1)
      add(sums, shift, -factor)
    }
  }
  extend(0)
  if (labels.length < count) throw new Error(`only ${labels.length} labels`)
  return labels
}

function add(sums: number[], shift: number, factor: number): void {
  for (const [at, coefficient] of zeroForEveryKey.entries())
    sums[shift + at] = (sums[shift + at] ?? 0) + factor * coefficient
}

/** The hash that they collide under. */
export function polynomialHash(label: string, key: number): number {
  let hash = label.length
  for (const octet of Buffer.from(label, 'latin1')) hash = (Math.imul(hash, key) + octet) | 0
  return hash
}
