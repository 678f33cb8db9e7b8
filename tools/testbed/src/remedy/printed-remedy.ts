/** A remedy as a person reads it: where it goes, and the lines. */
export interface PrintedRemedy {
  /** As it is printed, without the colon: `in the zone example.org`, `as root, run`, `in /etc/resolv.conf`. */
  readonly where: string
  /** Lines that have to go. */
  readonly replaces: readonly string[]
  /** Lines to paste. */
  readonly text: readonly string[]
}

/** A shell into which commands are pasted. */
export type RemedyShell = 'bash' | 'dash'
