import type { BrokenPlace } from './broken-setup.js'

/** Things that are let go of together, the last one first. */
export class Pile implements AsyncDisposable {
  readonly #things: AsyncDisposable[] = []

  add<Thing extends AsyncDisposable>(thing: Thing): Thing {
    this.#things.push(thing)
    return thing
  }

  defer(release: () => Promise<unknown>): void {
    this.#things.push({
      async [Symbol.asyncDispose]() {
        await release()
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#things.toReversed()) await thing[Symbol.asyncDispose]()
  }
}

/** A place that dies with its pile. */
export function placeOf(pile: Pile, place: Omit<BrokenPlace, keyof AsyncDisposable>): BrokenPlace {
  return { ...place, [Symbol.asyncDispose]: () => pile[Symbol.asyncDispose]() }
}

/** For set-ups whose remedy is not for this place. */
export const nothingToPaste = async (): Promise<never> => {
  throw new Error('there is nothing to paste here')
}
