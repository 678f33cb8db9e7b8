import type { Command } from './command.js'

/** Every option there is, by its long name. */
export type OptionName =
  | 'cluster'
  | 'bootstrap'
  | 'address'
  | 'backend'
  | 'policy'
  | 'timeout'
  | 'wait'
  | 'min-endpoints'
  | 'server'
  | 'domain'
  | 'axfr'
  | 'tsig-key'
  | 'tls'
  | 'tls-name'
  | 'tls-ca'
  | 'tls-pin'
  | 'interface'
  | 'clusters-dir'
  | 'format'
  | 'json'
  | 'quiet'
  | 'verbose'
  | 'no-color'
  | 'debug'
  | 'help'
  | 'version'

/** One option: how it is written, and what help says of it. */
export interface OptionSpec {
  /** The letter of its short form. */
  readonly short?: string
  /** What its value is called; an option without one takes none. */
  readonly value?: string
  /** May be given several times, and means all of them. */
  readonly multiple?: true
  /** The commands that it goes with; default: all. */
  readonly only?: readonly Command[]
  readonly group: OptionGroup
  /** One line. */
  readonly help: string
}

/** Under which heading help lists an option. */
export type OptionGroup = 'What' | 'Whom to ask' | 'What to print' | 'More'

const questions: readonly Command[] = ['discover', 'resolve']

/** What parsing, checking and help are driven by; listed in this order. */
export const optionTable: Readonly<Record<OptionName, OptionSpec>> = {
  cluster: {
    short: 'c',
    value: 'NAME',
    only: ['resolve', 'announce'],
    group: 'What',
    help: 'the cluster, instead of the argument',
  },
  bootstrap: {
    short: 'b',
    value: 'IP[:PORT]',
    multiple: true,
    only: ['resolve'],
    group: 'What',
    help: 'an address by hand; nobody is asked then (repeatable)',
  },
  address: {
    short: 'a',
    value: 'IP[:PORT]',
    multiple: true,
    only: ['announce'],
    group: 'What',
    help: 'announce this MDS, not this host (repeatable)',
  },
  backend: {
    value: 'LIST',
    only: questions,
    group: 'Whom to ask',
    help: 'in order of preference (dns,bootstrap,zeroconf)',
  },
  policy: {
    value: 'first|merge',
    only: questions,
    group: 'Whom to ask',
    help: 'the best that knows, or all (resolve first, discover merge)',
  },
  timeout: { value: 'SECONDS', only: questions, group: 'Whom to ask', help: 'for one round of asking (5)' },
  wait: {
    value: 'SECONDS',
    only: ['resolve'],
    group: 'Whom to ask',
    help: 'ask again until found, for so long at most',
  },
  'min-endpoints': {
    value: 'N',
    only: ['resolve'],
    group: 'Whom to ask',
    help: 'how many are enough; with fewer the code is 3 (1)',
  },
  server: {
    value: 'IP[:PORT]',
    multiple: true,
    only: questions,
    group: 'Whom to ask',
    help: "name server, not resolv.conf's (repeatable)",
  },
  domain: {
    value: 'NAME',
    multiple: true,
    only: questions,
    group: 'Whom to ask',
    help: "search domain, not resolv.conf's (repeatable)",
  },
  axfr: {
    value: 'auto|always|never',
    only: questions,
    group: 'Whom to ask',
    help: 'zone transfers for names (auto: where TXT has none)',
  },
  'tsig-key': {
    value: 'FILE',
    only: questions,
    group: 'Whom to ask',
    help: 'sign zone transfers with the BIND key in FILE',
  },
  tls: { only: questions, group: 'Whom to ask', help: 'DNS over TLS alone, port 853 unless given' },
  'tls-name': {
    value: 'NAME',
    only: questions,
    group: 'Whom to ask',
    help: 'the certificate is for NAME, not for the address',
  },
  'tls-ca': { value: 'FILE', only: questions, group: 'Whom to ask', help: 'it is issued by a CA in FILE (PEM)' },
  'tls-pin': {
    value: 'SHA256',
    multiple: true,
    only: questions,
    group: 'Whom to ask',
    help: 'its key has this hash, in base64 (repeatable)',
  },
  interface: {
    value: 'NAME',
    multiple: true,
    group: 'Whom to ask',
    help: 'zeroconf on this interface only (repeatable)',
  },
  'clusters-dir': {
    value: 'DIR',
    multiple: true,
    only: questions,
    group: 'Whom to ask',
    help: 'bootstrap lists here, not under /etc (repeatable)',
  },
  format: {
    value: 'text|json|ndjson',
    only: questions,
    group: 'What to print',
    help: 'ndjson: every event as it comes, one per line',
  },
  json: { only: questions, group: 'What to print', help: 'the same as --format json' },
  quiet: { short: 'q', group: 'What to print', help: 'nothing on stderr but usage and internal errors' },
  verbose: { short: 'v', group: 'What to print', help: 'every attempt on stderr, also when it is no terminal' },
  'no-color': { group: 'What to print', help: 'no colour' },
  debug: { group: 'More', help: 'the stack of an internal error' },
  help: { short: 'h', group: 'More', help: 'this text' },
  version: { group: 'More', help: 'the version' },
}

/** The long names. */
export const optionNames: readonly OptionName[] = Object.keys(optionTable) as OptionName[] // exactly the keys written above

/** Tells the name of an option from any other text, such as `__proto__`. */
export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}
