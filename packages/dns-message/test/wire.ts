/** Messages by hand: each function gives octets, and nothing is checked, so that a row can be as wrong as it has to be. */
export type Octets = readonly number[]

export const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff]

export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)]

/** The octets of Latin-1 text. */
export const text = (characters: string): number[] => [...Buffer.from(characters, 'latin1')]

export const label = (characters: string): number[] => [characters.length, ...text(characters)]

export const name = (...labels: readonly string[]): number[] => [...labels.flatMap(label), 0]

/** A name of dotted text; none of its labels has a dot. */
export const dotted = (dots: string): number[] => name(...dots.split('.'))

export const pointer = (target: number): number[] => u16(0xc000 | target)

export const question = (owner: Octets, type: number, recordClass = 1): number[] => [
  ...owner,
  ...u16(type),
  ...u16(recordClass),
]

export interface RecordOptions {
  readonly class?: number
  readonly ttl?: number
  /** RDLENGTH, where it is not the size of the data. */
  readonly length?: number
}

export function record(owner: Octets, type: number, data: Octets, options: RecordOptions = {}): number[] {
  const { class: recordClass = 1, ttl = 300, length = data.length } = options
  return [...owner, ...u16(type), ...u16(recordClass), ...u32(ttl), ...u16(length), ...data]
}

export interface MessageParts {
  readonly id?: number
  readonly flags?: number
  readonly questions?: readonly Octets[]
  readonly answers?: readonly Octets[]
  readonly authorities?: readonly Octets[]
  readonly additionals?: readonly Octets[]
  /** The counts in the header, where they are not those of the parts. */
  readonly counts?: Octets
  /** Octets after the last part. */
  readonly tail?: Octets
}

export function message(parts: MessageParts): Uint8Array {
  const sections = [parts.questions ?? [], parts.answers ?? [], parts.authorities ?? [], parts.additionals ?? []]
  const counts = parts.counts ?? sections.map((section) => section.length)
  return Uint8Array.from([
    ...u16(parts.id ?? 0x1234),
    ...u16(parts.flags ?? 0x8400),
    ...counts.flatMap(u16),
    ...sections.flat(2),
    ...(parts.tail ?? []),
  ])
}

/** The octet at which the first question or record begins. */
export const FIRST = 12
