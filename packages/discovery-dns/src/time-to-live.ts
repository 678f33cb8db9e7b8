/** A TTL in seconds as it counts: values above 2^31 - 1 mean 0 (RFC 2181 section 8). */
export function secondsOf(ttl: number): number {
  return ttl > 0x7fff_ffff ? 0 : ttl
}
