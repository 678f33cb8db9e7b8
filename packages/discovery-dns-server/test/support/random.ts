/** Numbers from 0 up to 1, the same sequence for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The bytes with one to four of them changed, and now and then cut, or with others behind them. */
export function mutated(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes)
  const changes = 1 + Math.floor(random() * 4)
  for (let change = 0; change < changes; change++) copy[Math.floor(random() * copy.length)] = random() * 256
  const chance = random()
  if (chance < 0.15) return copy.subarray(0, Math.floor(random() * copy.length))
  return chance < 0.25 ? Buffer.concat([copy, copy.subarray(Math.floor(random() * copy.length))]) : copy
}
