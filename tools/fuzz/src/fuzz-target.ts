import type { FuzzRandom } from './fuzz-random.js'

/** Something that reads what strangers send. */
export interface FuzzTarget {
  /** As it is named on the command line. */
  readonly name: string
  /** Milliseconds of a processor that one input may take. */
  readonly time: number
  /** Gives what makes an input each time: the same random numbers and messages make the same one. */
  inputs(random: FuzzRandom, messages: FuzzMessages): () => Uint8Array
  /**
   * Reads an input and checks all that has to hold for any. Whatever it throws is a finding.
   *
   * @returns whether the input was accepted, for the statistics
   */
  check(input: Uint8Array): boolean | Promise<boolean>
  /** The part that `time` bounds, where checking takes much longer; default: the check. */
  timed?(input: Uint8Array): unknown
}

/** DNS messages to start from: those of others, and those that were captured. */
export type FuzzMessages = readonly Uint8Array[]
