import type { AttemptError } from '../model/attempt.js'
import { type Endpoint, formatEndpoint } from '../model/endpoint.js'
import { canonicalAddress } from '../model/ip-address.js'
import { stopped } from '../runtime/cancellation.js'
import type { Clock } from '../runtime/clock.js'
import { isPort } from '../runtime/option-checks.js'
import { escapeText } from '../runtime/text.js'

/** Address of an MDS. */
export type MdsAddress = Pick<Endpoint, 'address' | 'port'>

/** One MDS that was asked for the master, and what it replied. */
export interface MdsReply {
  readonly endpoint: MdsAddress
  /** The master that it named; `null` when it knows of none, or did not answer. */
  readonly master: MdsAddress | null
  /** True if it could only say where others are. */
  readonly bootstrapOnly: boolean
  /** Number of MDS it named. */
  readonly count: number
  /** Milliseconds. */
  readonly elapsedMs: number
  /** Reason why there is no usable answer; `null` when there is one. */
  readonly error: AttemptError | null
}

/** More than any cluster has: a reply that names more is not used. */
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
  endpoint: MdsAddress,
  { signal, timeout, clock }: AskOptions,
): Promise<{ readonly reply: MdsReply; readonly mds: readonly MdsAddress[] }> {
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
    return { reply: { endpoint, ...nothing, elapsedMs, error: result }, mds: [] }
  }
  const { mds, master, bootstrapOnly } = result
  return { reply: { endpoint, master, bootstrapOnly, count: mds.length, elapsedMs, error: null }, mds }
}

const tooLate: AttemptError = { code: 'ETIMEDOUT', message: 'no answer in time' }

function faultOf(error: unknown): AttemptError {
  const message = escapeText(error instanceof Error ? error.message : String(error))
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'EMDS'
  return { code: escapeText(code), message }
}

/** Advice comes from a network: an index that leads nowhere, or a place that is none, spoils it. */
function checkedAdvice({ mds, master, bootstrapOnly }: MasterAdvice) {
  if (!Array.isArray(mds) || mds.length > MAX_MDS || !mds.every(isMdsAddress)) return badAdvice
  const addresses = mds.map(({ address, port }: MdsAddress) => Object.freeze({ address, port }))
  if (master === null) return { mds: addresses, master, bootstrapOnly: bootstrapOnly === true }
  const named = Number.isInteger(master) ? addresses[master] : undefined
  return named === undefined ? badAdvice : { mds: addresses, master: named, bootstrapOnly: bootstrapOnly === true }
}

const badAdvice: AttemptError = { code: 'EBADADVICE', message: 'the MDS named what no MDS can be' }

function isMdsAddress(value: unknown): value is MdsAddress {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return false
  const { address, port } = value
  if (typeof address !== 'string' || canonicalAddress(address) !== address) return false
  return isPort(port)
}

/** Returns whether two addresses and ports are the same. */
export function isSameAddress(one: MdsAddress, other: MdsAddress): boolean {
  return formatEndpoint(one) === formatEndpoint(other)
}

/** Reply of an MDS about its cluster when a client connects. */
export interface MasterAdvice {
  /** Every MDS of the cluster that it knows of, itself included. */
  readonly mds: readonly Pick<Endpoint, 'address' | 'port'>[]
  /** Index of the master in `mds`; `null` when it knows of none. */
  readonly master: number | null
  /** It has no quorum: it can tell where others are, and is not the master whatever it says. */
  readonly bootstrapOnly: boolean
}

/** Options of a {@link MasterLocator}. */
export interface MasterLocatorOptions {
  /** Aborts when the answer is not wanted any more: close everything then. */
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * Asks one MDS where the master is. The owner of the protocol of the cluster implements it; there is no implementation
 * here, and none that would speak to a real MDS can be made from public documents.
 *
 * An MDS that cannot be asked is a rejection; its `code`, where it has one, is kept.
 */
export interface MasterLocator {
  /** Asks the MDS at the endpoint, and resolves to what it says. */
  ask(endpoint: Pick<Endpoint, 'address' | 'port'>, options: MasterLocatorOptions): Promise<MasterAdvice>
}
