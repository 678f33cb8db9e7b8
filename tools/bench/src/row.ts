/** One comparison. To add one, write a file in `rows/` that exports a `Row` and name it in `rows.ts`. */
export interface Row {
  /** How it is asked for on the command line. */
  readonly name: string
  /** What is done, in one line. */
  readonly description: string
  /** What `peer` uses, with its version. */
  readonly against: string
  /** How many times as fast as `peer` we have to be; the row fails below. */
  readonly bar: number
  /** Our way of doing it once. May return a promise, which is waited for. */
  ours(): unknown
  /** The other way of doing the same once. */
  peer(): unknown
  /** Starts what both need, servers for example; what it returns is disposed of after the row. Default: nothing. */
  open?(): Promise<AsyncDisposable>
}
