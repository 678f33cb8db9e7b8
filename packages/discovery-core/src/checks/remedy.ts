/**
 * The file or program that a remedy is for.
 *
 * - `zone`: records of a DNS zone, in master-file form with whole names
 * - `server`: the configuration of a name server, in the syntax of `software`
 * - `resolv.conf`, `bs.list`: lines of such a file
 * - `file`: the whole contents of a file
 * - `command`: commands for a shell
 */
export type RemedyKind = 'zone' | 'server' | 'resolv.conf' | 'bs.list' | 'file' | 'command'

/** One way to fix a finding, as text to paste. */
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
  /** The same as a change that `doctor --fix` may make on this host; `null` where a person has to decide. */
  readonly fix: Fix | null
}

/**
 * A change that needs no decision: it has one possible meaning, deletes nothing, and widens no access.
 *
 * - `edit`: lines of a file that are replaced by others; both texts are without a last line end
 * - `mode`: permission bits that a file loses; a link is not followed
 * - `run`: a program and its arguments, never read by a shell
 *
 * All paths are absolute.
 */
export type Fix =
  | { readonly kind: 'edit'; readonly path: string; readonly replaces: string; readonly text: string }
  | { readonly kind: 'mode'; readonly path: string; readonly clear: number }
  | { readonly kind: 'run'; readonly argv: readonly [program: string, ...words: string[]] }

/** Parts of a {@link Remedy}; omitted ones are `null`. */
export type RemedyParts = Pick<Remedy, 'kind' | 'place' | 'text'> & Partial<Remedy>

/** Makes a remedy. */
export function remedy(parts: RemedyParts): Remedy {
  return { software: null, replaces: null, fix: null, ...parts }
}

/**
 * Makes the text of a command. Every value becomes one word that stands for exactly its text, so that nothing from
 * outside is read as syntax. Paths are given as absolute ones, which no program takes for an option.
 *
 * @returns `undefined` where a value cannot be a word: then there is no command to print
 */
export function shellText(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string | undefined {
  let text = parts[0] ?? ''
  for (const [index, value] of values.entries()) {
    const word = shellWord(String(value))
    if (word === undefined) return undefined
    text += `${word}${parts[index + 1]}`
  }
  return text
}

/**
 * Returns the word of a shell that stands for exactly this text, as printable ASCII. What is not printable ASCII takes
 * the `$'...'` of POSIX.1-2024, bash, ksh and zsh: a command substitution would lose line ends. To dash it is the word
 * that begins with `$`, another text and as harmless: no quote stands in it, which would end it there.
 *
 * @returns `undefined` for a text with NUL, which no word can hold, and for one that lost octets when it was decoded
 */
export function shellWord(text: string): string | undefined {
  if (/[\0\ufffd\p{Cs}]/u.test(text)) return undefined
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const octets = [...Buffer.from(text, 'utf8')].map((octet) => {
    const isPlain = octet >= 0x20 && octet < 0x7f && octet !== 0x27 && octet !== 0x5c
    // Three digits always, so that a digit that follows stays one.
    return isPlain ? String.fromCharCode(octet) : `\\${octet.toString(8).padStart(3, '0')}`
  })
  return `$'${octets.join('')}'`
}

/** Makes the remedies that are commands; a text that is `undefined` is left out. */
export function commands(
  place: string,
  ...texts: readonly (string | undefined | { readonly software: string; readonly text: string | undefined })[]
): readonly Remedy[] {
  return texts.flatMap((each) => {
    const { software, text } = typeof each === 'object' ? each : { software: null, text: each }
    return text === undefined ? [] : [remedy({ kind: 'command', place, software, text })]
  })
}

/**
 * Makes the remedy that runs one program as root, and that `doctor --fix` may run.
 *
 * @returns none where a word cannot be printed
 */
export function safeCommand(program: string, ...words: readonly string[]): readonly Remedy[] {
  const shown = [program, ...words].map(shellWord)
  if (shown.includes(undefined)) return []
  return [
    remedy({ kind: 'command', place: 'root', text: shown.join(' '), fix: { kind: 'run', argv: [program, ...words] } }),
  ]
}

/**
 * Makes the commands that show where packets to a server are dropped: on the way, and by the firewall of its host. They
 * change nothing, as it is not known which of them drops the packets, and which firewall is in use.
 */
export function firewallLooks(address: string, port: number, protocol: 'udp' | 'tcp'): readonly Remedy[] {
  const way =
    protocol === 'tcp' ? shellText`traceroute -T -p ${port} ${address}` : shellText`traceroute -U -p ${port} ${address}`
  return [
    ...commands('root', way),
    ...commands(
      `root on ${address}`,
      { software: 'nft', text: 'nft list ruleset' },
      { software: 'iptables', text: 'iptables -nvL && ip6tables -nvL' },
      { software: 'firewalld', text: 'firewall-cmd --list-all' },
    ),
  ]
}
