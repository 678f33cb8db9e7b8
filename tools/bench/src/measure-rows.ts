import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Line, type Row, Unmeasured } from './row.js'

/** A row and what came of it; a row that could not be measured has the reason instead of lines. */
export interface Result {
  readonly name: string
  readonly description: string
  readonly lines: readonly Line[]
  readonly unmeasured: string | undefined
}

export interface MeasureOptions {
  /** Called with what came of each row, as it comes. */
  readonly tell: (result: Result) => void
  /** Milliseconds that a row may take; default 15 minutes. */
  readonly timeLimit?: number
}

/**
 * Measures rows one after another. Whatever goes wrong in one of them, also outside of what it waits for, is why that one
 * is not measured; the others are.
 */
export async function measureRows(
  rows: readonly Row[],
  { tell, timeLimit = 900_000 }: MeasureOptions,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const row of rows) {
    const result = await resultOf(row, timeLimit)
    results.push(result)
    tell(result)
  }
  return results
}

/** 1 when a bar is not held, otherwise 3 when a row was not measured. */
export function exitCodeOf(results: readonly Result[]): 0 | 1 | 3 {
  if (results.some(({ lines }) => lines.some(({ held }) => !held))) return 1
  return results.some(({ unmeasured }) => unmeasured !== undefined) ? 3 : 0
}

async function resultOf({ name, description, measure }: Row, timeLimit: number): Promise<Result> {
  const over = new AbortController()
  const { signal } = over
  const broken = once(process, 'uncaughtException', { signal }).then(([error]) => Promise.reject(error))
  // It also keeps the process alive where nothing else would come any more.
  const tooLong = sleep(timeLimit, undefined, { signal }).then(() => {
    throw new Unmeasured(`it took more than ${timeLimit / 1_000} s`)
  })
  try {
    return { name, description, lines: await Promise.race([measure(), broken, tooLong]), unmeasured: undefined }
  } catch (error) {
    if (!(error instanceof Unmeasured)) console.error(error)
    return { name, description, lines: [], unmeasured: reasonOf(error) }
  } finally {
    over.abort()
  }
}

/** All of a message in one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.trim().replaceAll(/\s*\n\s*/g, ' ')
}
