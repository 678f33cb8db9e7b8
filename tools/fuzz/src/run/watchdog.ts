import { Worker } from 'node:worker_threads'

/** Seconds after which a run is taken to be one that does not end. */
const SECONDS = 30

const CODE = `
  const { workerData: { state, seconds } } = require('node:worker_threads')
  const { writeSync } = require('node:fs')
  const run = new Float64Array(state)
  let [last, since] = [-1, 0]
  setInterval(() => {
    since = run[0] === last ? since + 1 : 0
    last = run[0]
    if (since < seconds || last < 0) return
    writeSync(2, 'FINDING  the run with seed ' + last + ' does not end; the process is killed\\n')
    process.kill(process.pid, 'SIGKILL')
  }, 1000)
`

/** Watches over runs from another thread, since one that does not end lets nothing else happen. */
export interface Watchdog {
  /** Tells the number of the run that begins, or -1 when none is under way. */
  readonly begins: (run: number) => void
  stop(): Promise<void>
}

export function startWatchdog(): Watchdog {
  const state = new SharedArrayBuffer(8)
  const run = new Float64Array(state)
  run[0] = -1
  const worker = new Worker(CODE, { eval: true, workerData: { state, seconds: SECONDS } })
  return {
    begins: (number) => {
      run[0] = number
    },
    stop: async () => void (await worker.terminate()),
  }
}
