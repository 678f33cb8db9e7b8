import type { Random } from '@pstorage/discovery-core'

/** Faults of a link, in each direction. All are off by default. */
export interface LinkFaults {
  /** Packets of a thousand that never arrive. Over TCP they arrive {@link RETRANSMISSION} later, since systems send again. */
  readonly loss?: number
  /** Milliseconds that each takes. */
  readonly delay?: number
  /** Milliseconds that it may take longer, by chance: enough of it changes the order of datagrams. */
  readonly jitter?: number
  /** Datagrams of a thousand that arrive twice. */
  readonly duplication?: number
  /**
   * Packets of a thousand that arrive with one octet changed: for a relay of datagrams and connections with checksums
   * that hide it, over a link with those that it had.
   */
  readonly corruption?: number
  /** Packets of a thousand over TCP that are repositiond by a reset of their connection. */
  readonly resets?: number
}

/** Milliseconds after which a system sends a lost segment again at first. */
export const RETRANSMISSION = 200

/** The fate of one packet: the delay of each copy, and its octets. */
export interface Fate {
  /** Milliseconds, one a copy; none: it is lost. */
  readonly delays: readonly number[]
  readonly bytes: Uint8Array
}

/** Draws the fate of a datagram. */
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

/** Draws an event that happens so often in a thousand times. */
export function happens(perMille: number, random: Random): boolean {
  return random.below(1_000) < perMille
}

/** A copy with one octet changed. */
export function corrupted(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (copy.length === 0) return copy
  const position = random.below(copy.length)
  copy[position] = (copy[position] ?? 0) ^ (1 + random.below(255))
  return copy
}

/** The server behind a relay, on loopback. */
export interface RelayTarget {
  readonly address: string
  readonly port: number
}

/** State that both transports share. */
export interface Relaying {
  readonly target: () => RelayTarget
  readonly random: Random
  readonly faults: () => LinkFaults
  readonly count: (isLost: boolean) => void
}

/** One transport of a relay. */
export interface RelayPart {
  close(): Promise<void>
}
