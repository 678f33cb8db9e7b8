import type { ListeningPlace } from './listening-place.js'
import { type Reading, readResponse, type Sender } from './read-response.js'
import type { CacheLimits } from './record-cache.js'
import { ServiceDirectory } from './service-directory.js'
import type { ZeroconfLimits } from './zeroconf-limits.js'

/** What is done with what an interface tells. */
export interface HearingReader {
  /** These instances changed. `isNews`: something was learnt that was not known before. */
  touched(keys: ReadonlySet<string>, isNews: boolean, now: number): void
  /** A datagram was not used. */
  dropped(reading: Exclude<Reading, { readonly dropped: undefined }>, sender: Sender): void
  /** There was more than a limit allows. */
  limitReached(limit: keyof ZeroconfLimits): void
  /** There is a doubt about something that was known. */
  doubted?(now: number): void
}

/** Where something is heard, and how much of it is taken in. */
export interface LinkHearingOptions {
  readonly place: ListeningPlace
  readonly port: number
  readonly limits: Pick<ZeroconfLimits, 'packetBytes'> & CacheLimits
}

/**
 * Takes in the datagrams of one interface: what they say goes into a directory, and everybody who reads it learns what
 * changed. No sockets and no timers; every time is a parameter, in milliseconds of the clock.
 */
export class LinkHearing {
  readonly directory: ServiceDirectory
  readonly #options: LinkHearingOptions
  readonly #readers = new Set<HearingReader>()
  #fullAt = Number.NEGATIVE_INFINITY
  #last: { readonly bytes: Uint8Array; readonly address: string; readonly at: number } | undefined

  constructor(options: LinkHearingOptions) {
    this.#options = options
    this.directory = new ServiceDirectory(options.limits)
  }

  /** Adds who is to learn what changes, and gives what ends that. */
  read(reader: HearingReader): () => void {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  /** When there was last no room for what was heard, in milliseconds of the clock; minus infinity when there always was. */
  get fullAt(): number {
    return this.#fullAt
  }

  hear(bytes: Uint8Array, sender: Sender, now: number): void {
    const reading = this.#isRepeated(bytes, sender, now)
      ? ({ dropped: 'repeated' } as const)
      : readResponse(bytes, sender, this.#rules)
    if (reading.dropped !== undefined) {
      for (const reader of this.#readers) reader.dropped(reading, sender)
      if (reading.dropped === 'too long') this.#limitReached('packetBytes')
      return
    }
    this.#last = { bytes, address: sender.address, at: now }
    const touched = new Set<string>()
    let isAnyNews = false
    let isAnyDoubt = false
    for (const record of reading.records) {
      const { touched: keys, isNews, isDoubt, limit } = this.directory.hear(record, sender.address, now)
      for (const key of keys) touched.add(key)
      isAnyNews ||= isNews
      isAnyDoubt ||= isDoubt
      if (limit === undefined) continue
      this.#fullAt = now
      this.#limitReached(limit)
    }
    this.#tell(touched, isAnyNews, now)
    if (isAnyDoubt) for (const reader of this.#readers) reader.doubted?.(now)
  }

  /** Lets go of what has expired. */
  sweep(now: number): void {
    this.#tell(new Set(this.directory.sweep(now)), false, now)
  }

  get #rules() {
    const { place, port, limits } = this.#options
    return { place, port, packetBytes: limits.packetBytes }
  }

  #tell(touched: ReadonlySet<string>, isNews: boolean, now: number): void {
    if (touched.size > 0) for (const reader of this.#readers) reader.touched(touched, isNews, now)
  }

  #limitReached(limit: keyof ZeroconfLimits): void {
    for (const reader of this.#readers) reader.limitReached(limit)
  }

  /** The same octets from the same sender say the same; reading them again at once would be for nothing. */
  #isRepeated(bytes: Uint8Array, { address }: Sender, now: number): boolean {
    const last = this.#last
    if (last === undefined || last.address !== address || now - last.at >= REPEAT_TIME) return false
    return last.bytes.length === bytes.length && Buffer.compare(last.bytes, bytes) === 0
  }
}

/** Milliseconds. */
const REPEAT_TIME = 1_000
