/**
 * Where a remedy goes.
 *
 * - `zone`: records of a DNS zone, in master-file form with whole names
 * - `server`: the configuration of a name server, in the syntax of `software`
 * - `resolv.conf`, `bs.list`: lines of such a file
 * - `file`: the whole contents of a file
 * - `command`: commands for a shell
 */
export type RemedyKind = 'zone' | 'server' | 'resolv.conf' | 'bs.list' | 'file' | 'command'

/** One way to mend what was found, as text to paste. */
export interface Remedy {
  readonly kind: RemedyKind
  /** The zone or the path of the file; for a `command` who has to run it, for a `server` which one is meant. */
  readonly place: string
  /** The software whose syntax it is, for example `BIND`; `null` where all understand it. */
  readonly software: string | null
  /** The lines that it stands in for, and that have to go; `null` where something is added. */
  readonly replaces: string | null
  /** The lines to paste, without a last line end; empty where something only has to go. Words in capitals and in angle brackets, as `<ADDRESS>`, are for the reader to fill in. */
  readonly text: string
}

/** What makes a {@link Remedy}; what is left out is `null`. */
export type RemedyParts = Pick<Remedy, 'kind' | 'place' | 'text'> & Partial<Remedy>

/** Makes a remedy. */
export function remedy(parts: RemedyParts): Remedy {
  return { software: null, replaces: null, ...parts }
}
