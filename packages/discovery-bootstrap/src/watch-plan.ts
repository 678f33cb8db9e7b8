/** Which names in which directories are to be watched. */
export class WatchPlan {
  readonly #names = new Map<string, Set<string> | 'any'>()

  /** One name, in whatever letter case. */
  add(directory: string, name: string): void {
    const names = this.#names.get(directory)
    if (names === undefined) this.#names.set(directory, new Set([name.toLowerCase()]))
    else if (names !== 'any') names.add(name.toLowerCase())
  }

  /** All names. */
  addAny(directory: string): void {
    this.#names.set(directory, 'any')
  }

  get directories(): Iterable<string> {
    return this.#names.keys()
  }

  has(directory: string): boolean {
    return this.#names.has(directory)
  }

  /** Whether something that happens to this name matters; `null` is a name that the system does not tell. */
  concerns(directory: string, name: string | null): boolean {
    const names = this.#names.get(directory)
    return names === 'any' || name === null || names?.has(name.toLowerCase()) === true
  }
}
