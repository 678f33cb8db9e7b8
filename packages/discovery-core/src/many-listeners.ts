import { setMaxListeners } from 'node:events'

/**
 * Lets many questions listen to one signal without Node.js suspecting a leak at the eleventh. Every listener is removed
 * when its question ends.
 */
export function allowManyListeners<Signal extends AbortSignal>(signal: Signal): Signal {
  setMaxListeners(0, signal)
  return signal
}
