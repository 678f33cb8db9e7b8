import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DnsQuery } from './dns-query.js'

/** A query that a {@link hostileServer} has received. */
export interface HostileQuery extends DnsQuery {
  readonly transport: 'udp' | 'tcp'
  /** Number of queries before it by this transport. */
  readonly index: number
  /** Over TCP, the number of its connection, from 0; over UDP 0. */
  readonly connection: number
  readonly from: { readonly address: string; readonly port: number }
}

/** Waits before the next step, in milliseconds. */
export interface PauseStep {
  readonly pause: number
}

/** A step of a UDP script: send a datagram, send it from another port, or wait. */
export type UdpStep = Uint8Array | { readonly fromOtherPort: Uint8Array } | PauseStep

/**
 * A step of a TCP script.
 *
 * - bytes: one whole message, sent with its length before it
 * - `raw`: bytes as they are, in one write
 * - `slowly`: bytes as they are, one by one, `every` milliseconds; 0 means a write each without waiting
 * - `end`: no more is sent (FIN); the connection stays open for the other side
 * - `reset`: the connection is reset (RST)
 *
 * After the last step the connection stays open, as a server does that keeps it for the next query.
 */
export type TcpStep =
  | Uint8Array
  | { readonly raw: Uint8Array }
  | { readonly slowly: Uint8Array; readonly every: number }
  | PauseStep
  | 'end'
  | 'reset'

/** Steps in order. A generator is asked for the next step when the one before is done, so it may be endless. */
export type Steps<Step> = Step | Iterable<Step> | AsyncIterable<Step> | undefined

/** Behaviour by UDP: no answer, a closed port, or the steps that the function returns for each datagram. */
export type UdpScript = 'silent' | 'closed' | ((query: HostileQuery) => Steps<UdpStep>)

/**
 * Behaviour by TCP.
 *
 * - `silent`: connections are accepted and read, and nothing is said
 * - `deaf`: connections are accepted and never read
 * - `closed`: nothing listens on the port: refused
 * - `end`, `reset`: accepted, then closed or reset at once
 * - a function: its steps, for each query that has come whole; queries of one connection do not wait for each other
 */
export type TcpScript = 'silent' | 'deaf' | 'closed' | 'end' | 'reset' | ((query: HostileQuery) => Steps<TcpStep>)

const stepsInTurn = 100

/** Runs what a script says, step by step, until it ends or `signal` aborts. */
export async function followSteps<Step>(
  steps: Steps<Step>,
  signal: AbortSignal,
  perform: (step: Step) => Promise<void>,
): Promise<void> {
  let performed = 0
  for await (const step of eachStep(steps)) {
    if (signal.aborted) return
    await perform(step)
    performed += 1
    // Writes that the system takes at once never leave the microtasks: an endless script would starve all sockets.
    if (performed % stepsInTurn === 0) await nextTurn()
    if (signal.aborted) return
  }
}

function eachStep<Step>(steps: Steps<Step>): Iterable<Step> | AsyncIterable<Step> {
  if (steps === undefined) return []
  // Bytes and words can be iterated over too, but each of them is one step.
  if (typeof steps === 'string' || steps instanceof Uint8Array) return [steps as Step]
  if (typeof steps !== 'object' || steps === null) return []
  return Symbol.iterator in steps || Symbol.asyncIterator in steps ? steps : [steps]
}
