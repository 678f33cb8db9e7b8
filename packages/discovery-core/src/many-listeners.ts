import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events'

/**
 * Lets many questions listen to one signal without Node.js suspecting a leak; a limit that somebody has set is kept. Every
 * listener is removed when its question ends.
 */
export function allowManyListeners<Signal extends AbortSignal>(signal: Signal): Signal {
  if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(0, signal)
  return signal
}
