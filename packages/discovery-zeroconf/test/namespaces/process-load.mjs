import { readFileSync } from 'node:fs'

// What this process bears: how long one turn of the event loop kept it busy, at most, since that was last queried, and its heap.
let mostLag = 0
let turn = { at: performance.now(), used: threadTime() }
setInterval(() => {
  const next = { at: performance.now(), used: threadTime() }
  // Where others had the processor, that is not the lag of this one.
  mostLag = Math.max(mostLag, Math.min(next.at - turn.at, next.used - turn.used))
  turn = next
}, 5)

/**
 * Milliseconds for which the thread of the event loop has had a processor (`schedstat` of Linux). The other threads of the
 * process collect garbage and compile meanwhile: counted along, they made a turn longer than it was.
 */
function threadTime() {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')
  return Number(nanoseconds) / 1e6
}

export function processLoad() {
  const measured = mostLag
  globalThis.gc?.()
  const heapMegabytes = process.memoryUsage().heapUsed / 2 ** 20
  setTimeout(() => {
    mostLag = 0
  }, 20)
  return { mostLag: measured, heapMegabytes }
}
