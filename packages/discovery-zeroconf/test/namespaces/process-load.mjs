// What this process bears: how long one turn of the event loop kept it busy, at most, since that was last asked, and its heap.
let mostLag = 0
let turn = { at: performance.now(), used: process.cpuUsage() }
setInterval(() => {
  // Where other processes had the processor, that is not the lag of this one.
  const { user, system } = process.cpuUsage(turn.used)
  mostLag = Math.max(mostLag, Math.min(performance.now() - turn.at, (user + system) / 1_000))
  turn = { at: performance.now(), used: process.cpuUsage() }
}, 5)

export function processLoad() {
  const measured = mostLag
  globalThis.gc?.()
  const heapMegabytes = process.memoryUsage().heapUsed / 2 ** 20
  setTimeout(() => {
    mostLag = 0
  }, 20)
  return { mostLag: measured, heapMegabytes }
}
