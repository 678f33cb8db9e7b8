/** What the outcome of a question makes the exit code, in words. */
export const outcomeExitCodes: Readonly<Record<number, string>> = {
  0: 'found; also when the reader of the output has closed the pipe',
  1: 'absent: everybody could be asked, and there is no such cluster',
  3: 'undetermined: somebody could not be asked or did not answer; never take it for "absent"',
  4: 'known: the cluster exists, but nobody has a usable address for it',
}

/** What the worst of what was found makes the exit code, in words. */
export const findingExitCodes: Readonly<Record<number, string>> = {
  0: 'nothing worse than a notice; also when the reader of the output has closed the pipe',
  1: 'there is a warning: something should be mended',
  5: 'there is an error: clusters are not found, or nobody could tell',
}

/** What may end every command. */
export const commonExitCodes: Readonly<Record<number, string>> = {
  2: 'wrong usage',
  70: 'a fault of this program, or its output could not be written',
  129: 'interrupted by SIGHUP',
  130: 'interrupted by SIGINT',
  143: 'interrupted by SIGTERM',
}
