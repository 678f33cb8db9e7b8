import type { Random } from '@pstorage/discovery-core'

/** What happens on the way, in each direction. Everything is off by default. */
export interface LinkFaults {
  /** How many of a thousand packets never arrive. Over TCP they arrive {@link RETRANSMISSION} later, since systems send again. */
  readonly loss?: number
  /** Milliseconds that each takes. */
  readonly delay?: number
  /** Milliseconds that it may take longer, by chance: enough of it changes the order of datagrams. */
  readonly jitter?: number
  /** How many of a thousand datagrams arrive twice. */
  readonly duplication?: number
  /**
   * How many of a thousand packets arrive with one octet changed: for a relay of datagrams and connections with checksums
   * that hide it, over a link with those that it had.
   */
  readonly corruption?: number
  /** How many of a thousand packets over TCP end their connection by a reset instead. */
  readonly resets?: number
}

/** Milliseconds after which a system sends a lost segment again at first. */
export const RETRANSMISSION = 200

/** What becomes of one packet: how much later each copy arrives, and with which octets. */
export interface Fate {
  /** Milliseconds, one a copy; none: it is lost. */
  readonly delays: readonly number[]
  readonly bytes: Uint8Array
}

/** Draws what becomes of a datagram. */
export function fateOf(datagram: Uint8Array, faults: LinkFaults, random: Random): Fate {
  const { loss = 0, delay = 0, jitter = 0, duplication = 0, corruption = 0 } = faults
  const later = (): number => delay + random.below(jitter + 1)
  const isLost = happens(loss, random)
  const delays = happens(duplication, random) ? [later(), later()] : [later()]
  return {
    delays: isLost ? [] : delays,
    bytes: happens(corruption, random) ? corrupted(datagram, random) : datagram,
  }
}

/** Whether something happens that happens so often of a thousand times. */
export function happens(perMille: number, random: Random): boolean {
  return random.below(1_000) < perMille
}

/** A copy with one octet changed. */
export function corrupted(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (copy.length === 0) return copy
  const place = random.below(copy.length)
  copy[place] = (copy[place] ?? 0) ^ (1 + random.below(255))
  return copy
}
