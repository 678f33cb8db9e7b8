/**
 * The end of a question, for backends that answer many of them: says what its signal says, and makes that only when it is
 * asked for. To make and to abort an `AbortSignal` takes longer than to read a DNS reply.
 */
export interface Ending {
  /** Whether the question is over. */
  readonly aborted: boolean
  readonly reason: unknown
  readonly signal: AbortSignal
  /** Calls back once, at the end if that is still to come. What it returns takes that back. */
  onAbort(listener: () => void): () => void
}
