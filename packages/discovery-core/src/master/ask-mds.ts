import type { AttemptError } from '../attempt.js'
import type { Clock } from '../clock.js'
import { type Endpoint, formatEndpoint } from '../endpoint.js'
import { escapeText } from '../escape-text.js'
import { canonicalAddress } from '../ip-address.js'
import { stopped } from '../stopped.js'
import type { MasterAdvice, MasterLocator } from './master-locator.js'

/** Where an MDS listens. */
export type MdsPlace = Pick<Endpoint, 'address' | 'port'>

/** One MDS that was asked for the master, and what it said. */
export interface AskedMds {
  readonly endpoint: MdsPlace
  /** Whom it named as the master; `null` when it knows of none, or did not answer. */
  readonly master: MdsPlace | null
  /** Whether it could only say where others are. */
  readonly bootstrapOnly: boolean
  /** How many MDS it named. */
  readonly count: number
  /** Milliseconds. */
  readonly elapsedMs: number
  /** Why there is no answer that can be used; `null` when there is one. */
  readonly error: AttemptError | null
}

/** More than any cluster has: whoever names more is not believed. */
const MAX_MDS = 1_024

interface AskOptions {
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly timeout: number
  readonly clock: Clock
}

/** Asks one MDS, within its time, and believes only what makes sense. Never rejects. */
export async function askMds(
  locator: MasterLocator,
  endpoint: MdsPlace,
  { signal, timeout, clock }: AskOptions,
): Promise<{ readonly asked: AskedMds; readonly mds: readonly MdsPlace[] }> {
  const startedAt = clock.now()
  const over = new AbortController()
  const giveUp = (): void => over.abort(stopped)
  signal.addEventListener('abort', giveUp, { signal: over.signal })
  const late = clock.sleep(timeout, over.signal).then(
    () => tooLate,
    () => tooLate,
  )
  const ask = async () => checkedAdvice(await locator.ask(endpoint, { signal: over.signal, timeout }))
  const result = await Promise.race([ask().catch(faultOf), late])
  giveUp()
  const elapsedMs = Math.round((clock.now() - startedAt) * 100) / 100
  if ('code' in result) {
    const nothing = { master: null, bootstrapOnly: false, count: 0 }
    return { asked: { endpoint, ...nothing, elapsedMs, error: result }, mds: [] }
  }
  const { mds, master, bootstrapOnly } = result
  return { asked: { endpoint, master, bootstrapOnly, count: mds.length, elapsedMs, error: null }, mds }
}

const tooLate: AttemptError = { code: 'ETIMEDOUT', message: 'no answer in time' }

function faultOf(error: unknown): AttemptError {
  const message = escapeText(error instanceof Error ? error.message : String(error))
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'EMDS'
  return { code: escapeText(code), message }
}

/** Advice comes from a network: an index that leads nowhere, or a place that is none, spoils it. */
function checkedAdvice({ mds, master, bootstrapOnly }: MasterAdvice) {
  if (!Array.isArray(mds) || mds.length > MAX_MDS || !mds.every(isPlace)) return badAdvice
  const places = mds.map(({ address, port }: MdsPlace) => Object.freeze({ address, port }))
  if (master === null) return { mds: places, master, bootstrapOnly: bootstrapOnly === true }
  const named = Number.isInteger(master) ? places[master] : undefined
  return named === undefined ? badAdvice : { mds: places, master: named, bootstrapOnly: bootstrapOnly === true }
}

const badAdvice: AttemptError = { code: 'EBADADVICE', message: 'the MDS named what no MDS can be' }

function isPlace(place: unknown): place is MdsPlace {
  if (typeof place !== 'object' || place === null || !('address' in place) || !('port' in place)) return false
  const { address, port } = place
  if (typeof address !== 'string' || canonicalAddress(address) !== address) return false
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
}

/** Whether two places are the same. */
export function isSamePlace(one: MdsPlace, other: MdsPlace): boolean {
  return formatEndpoint(one) === formatEndpoint(other)
}
