import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** A source of random numbers. Tests give a seeded one. */
export interface Random {
  /** A whole number from 0 to `limit - 1`, each equally likely; `limit` is 1 to 2^48 - 1. */
  below(limit: number): number
}

/** Unpredictable: from the operating system. */
export const systemRandom: Random = {
  below(limit) {
    if (!Number.isInteger(limit) || limit < 1 || limit > RANGE) {
      throw new RangeError(`limit must be an integer from 1 to 2^48, got ${String(limit)}`)
    }
    return limit === 1 ? 0 : below(limit, drawOfSystem)
  },
}

const RANGE = 2 ** 48

function drawOfSystem(): number {
  let number = 0
  for (const octet of randomOctets(6)) number = number * 256 + octet
  return number
}

/** A fair number below the limit: values beyond its last whole multiple would favour small results. */
function below(limit: number, draw: () => number): number {
  const fair = RANGE - (RANGE % limit)
  for (;;) {
    const drawn = draw()
    if (drawn < fair) return drawn % limit
  }
}

/**
 * Repeatable: the same seed gives the same numbers. For tests and simulations, never for anything an attacker may guess.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  // SplitMix32: a counter whose bits are well mixed.
  const next32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return { below: (limit) => below(limit, () => (next32() & 0xffff) * 2 ** 32 + next32()) }
}

const POOL_OCTETS = 4_096
const DEVICE = '/dev/urandom'

const pool = new Uint8Array(POOL_OCTETS)
let used = POOL_OCTETS

/**
 * Octets that cannot be guessed, from the operating system.
 *
 * They are read from the system's device where there is one, as loading `node:crypto` for them takes an eighth of the time
 * in which Node.js starts; elsewhere `node:crypto` is loaded.
 *
 * @param count at most 4,096
 * @throws RangeError for more
 * @see urandom(4)
 */
export function randomOctets(count: number): Uint8Array {
  if (!Number.isInteger(count) || count < 0 || count > POOL_OCTETS) {
    throw new RangeError(`count must be an integer from 0 to ${POOL_OCTETS}, got ${String(count)}`)
  }
  if (used + count > POOL_OCTETS) refill()
  const drawn = pool.slice(used, used + count)
  // Nothing is given out twice, nor left to be found in memory.
  pool.fill(0, used, used + count)
  used += count
  return drawn
}

function refill(): void {
  if (!readDevice()) process.getBuiltinModule('node:crypto').randomFillSync(pool)
  used = 0
}

/** Returns whether the device has filled the pool. Something else in its place is not believed. */
function readDevice(): boolean {
  let device: number | undefined
  try {
    device = openSync(DEVICE, 'r')
    return fstatSync(device).isCharacterDevice() && readSync(device, pool, 0, POOL_OCTETS, null) === POOL_OCTETS
  } catch {
    return false
  } finally {
    if (device !== undefined) closeSync(device)
  }
}
