import { setMaxListeners } from 'node:events'
import { simulatedClock } from '@pstorage/discovery-core'
import { ServerLoad } from '../src/client/transaction/server-load.js'

/** A server, as questions in flight see it. */
export interface SimulatedServer {
  /** The number of queries that it takes at once; it refuses more. */
  readonly bears: number
  /** Milliseconds that an answer takes it; a refusal takes it none. */
  readonly pause: number
  /** Milliseconds to the server, and back. */
  readonly way: number
  /** True if it refuses this query whatever its load. */
  readonly denies?: (question: number) => boolean
}

export interface SimulatedLoad {
  readonly answered: number
  readonly refused: number
  readonly sends: number
  /** Milliseconds. */
  readonly time: number
}

/** Puts questions to a server all at once, in simulated time. */
export async function simulateLoad(
  { bears, pause, way, denies = () => false }: SimulatedServer,
  questions: number,
): Promise<SimulatedLoad> {
  const clock = simulatedClock()
  const load = new ServerLoad()
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  let [busy, answered, refused, sends] = [0, 0, 0, 0]

  const serve = async (question: number): Promise<boolean> => {
    await clock.sleep(way)
    const isServed = busy < bears && !denies(question)
    if (isServed) {
      busy += 1
      await clock.sleep(pause)
      busy -= 1
    }
    await clock.sleep(way)
    return isServed
  }
  const ask = async (question: number): Promise<void> => {
    for (let refusals = 1; ; refusals += 1) {
      const inFlight = load.enterNow() ?? (await load.enter(signal, refusals > 1))
      if (inFlight === undefined) return
      sends += 1
      const isServed = await serve(question)
      const delay = isServed ? undefined : load.refused(inFlight, refusals)
      if (isServed) load.answered(inFlight)
      inFlight.release()
      if (delay !== undefined) {
        if (delay > 0) await clock.sleep(delay)
        continue
      }
      if (isServed) answered += 1
      else refused += 1
      return
    }
  }
  let isOver = false
  const over = Promise.all(Array.from({ length: questions }, (_, question) => ask(question))).then(() => {
    isOver = true
  })
  while (!isOver && clock.now() < 100_000) await clock.advance(1)
  await over
  return { answered, refused, sends, time: clock.now() }
}
