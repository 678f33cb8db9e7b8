import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const POOL_OCTETS = 4_096
const DEVICE = '/dev/urandom'

const pool = new Uint8Array(POOL_OCTETS)
let used = POOL_OCTETS

/**
 * Octets that nobody can guess, from the operating system.
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

/** Whether the device has filled the pool. Something else in its place is not believed. */
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
