/** The command line is wrong: nothing was asked, opened or loaded. The message is one escaped line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
