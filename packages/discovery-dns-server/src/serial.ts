/** The serial after this one. Serials go around a circle of 2^32 (RFC 1982 section 3.1). */
export function nextSerial(serial: number): number {
  return (serial + 1) % 2 ** 32
}

/**
 * Whether a serial is newer than another: less than half of the circle ahead of it. At exactly one half, which RFC 1982
 * section 3.2 leaves open, neither is newer.
 */
export function isNewerSerial(serial: number, other: number): boolean {
  return ((serial - other) | 0) > 0
}
