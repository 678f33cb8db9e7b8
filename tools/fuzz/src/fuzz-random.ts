/** Chance that can be had again: every run has a number, and the number is all that its input is made of. */
export class FuzzRandom {
  #a = 0
  #b = 0
  #c = 0
  #d = 0

  /** Starts over, for the run with this number: a whole number from 0 to 2^53 - 1. */
  restart(run: number): void {
    let state = (run ^ Math.imul(Math.floor(run / 2 ** 32), 0x9e3779b1)) >>> 0
    // SplitMix32 spreads neighbouring numbers over the whole state.
    const mixed = (): number => {
      state = (state + 0x9e3779b9) | 0
      let value = state
      value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
      value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
      return value ^ (value >>> 15)
    }
    this.#a = mixed()
    this.#b = mixed()
    this.#c = mixed()
    this.#d = mixed() | 1
  }

  /** 32 bits: sfc32, which is fast and has no weak ones. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A whole number from 0 to `limit - 1`; 0 for a limit of 0. */
  below(limit: number): number {
    return Math.floor((this.bits() / 2 ** 32) * limit)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  /** A number from 0 that is small more often than not. */
  small(limit: number): number {
    return this.below(this.below(limit) + 1)
  }
}
