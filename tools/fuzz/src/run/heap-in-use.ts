import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** MiB that are in use once all is collected that can be. */
export function heapInUse(): number {
  collect()
  // The memory of arrays is freed beside the program, and counts until then: the next collection waits for that.
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
