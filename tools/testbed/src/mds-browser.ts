import type { NamespaceProcess } from './namespace-process.js'

/** An instance of our service as a foreign implementation shows it. */
export interface SeenMds {
  readonly instance: string
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  /** The TXT key `cluster`. */
  readonly cluster: string | null
}

/** An instance that is there, or the name of one that has left. */
export type Sighting = { readonly found: SeenMds } | { readonly gone: string }

/** A foreign implementation that browses our service. */
export class MdsBrowser {
  readonly process: NamespaceProcess
  readonly #read: (line: string) => Sighting | undefined

  /** @param read what a line of the program says */
  constructor(process: NamespaceProcess, read: (line: string) => Sighting | undefined) {
    this.process = process
    this.#read = read
  }

  /** All that was seen so far. */
  get sightings(): readonly Sighting[] {
    return this.process.lines.items.flatMap((line) => this.#read(line) ?? [])
  }

  /** Resolves with what was seen of an instance first, by its name and, where one is given, an address. */
  async found(instance: string, address?: string): Promise<SeenMds> {
    const seen = (line: string): SeenMds | undefined => {
      const sighting = this.#read(line)
      if (sighting === undefined || !('found' in sighting) || sighting.found.instance !== instance) return undefined
      return address === undefined || sighting.found.addresses.includes(address) ? sighting.found : undefined
    }
    const [line = ''] = await this.process.lines.when(1, (text) => seen(text) !== undefined)
    const found = seen(line)
    if (found === undefined) throw new Error(`${instance} was not found`)
    return found
  }

  /** Resolves when an instance has left. */
  async gone(instance: string): Promise<void> {
    await this.process.lines.when(1, (line) => {
      const sighting = this.#read(line)
      return sighting !== undefined && 'gone' in sighting && sighting.gone === instance
    })
  }
}
