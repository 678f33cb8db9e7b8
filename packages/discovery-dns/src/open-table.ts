/**
 * Values by key, for what comes and goes all the time. Not a Map: from each of its former tables one gets to the next, so that
 * all that was in it when it grew stays in memory until a full garbage collection.
 */
export class OpenTable<Value> {
  readonly #values: Record<string, Value | undefined> = Object.create(null)

  get(key: string): Value | undefined {
    return this.#values[key]
  }

  set(key: string, value: Value): void {
    this.#values[key] = value
  }

  delete(key: string): void {
    delete this.#values[key]
  }
}
