/** What can be done. */
export type Command = 'discover' | 'resolve' | 'announce'

/** One command, as help shows it. */
export interface CommandSpec {
  /** How it is written. */
  readonly synopsis: string
  /** One line. */
  readonly help: string
}

/** The commands, in the order in which help lists them. */
export const commandTable: Readonly<Record<Command, CommandSpec>> = {
  discover: { synopsis: 'discover', help: 'list the names of the clusters, one per line' },
  resolve: {
    synopsis: 'resolve CLUSTER',
    help: 'print the addresses of one cluster, one IP:PORT per line, best first',
  },
  announce: {
    synopsis: 'announce CLUSTER',
    help: 'publish this host as an MDS of the cluster over zeroconf, until stopped',
  },
}

/** The same, as a list. */
export const commands: readonly Command[] = Object.keys(commandTable) as Command[] // exactly the keys written above
