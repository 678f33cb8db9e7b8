/** One option: how it is written, and what help says of it. */
export interface OptionSpec {
  /** The letter of its short form. */
  readonly short?: string
  /** What its value is called; an option without one takes none. */
  readonly value?: string
  /** May be given several times, and means all of them. */
  readonly multiple?: true
  /** What completes its value; default: the words of `value`, where there are some. */
  readonly completes?: 'backends' | 'clusters' | 'directories' | 'files' | 'formats' | 'interfaces'
  readonly group: OptionGroup
  /** One line. */
  readonly help: string
}

/** Under which heading help lists an option. */
export type OptionGroup = 'What' | 'Whom to ask' | 'What to print' | 'More'

/** Every option there is, by its long name. It means the same wherever a command takes it. */
export type OptionName =
  | 'cluster'
  | 'bootstrap'
  | 'address'
  | 'mds'
  | 'ttl'
  | 'ns'
  | 'serial'
  | 'partial'
  | 'dry-run'
  | 'file'
  | 'backend'
  | 'policy'
  | 'timeout'
  | 'wait'
  | 'min-endpoints'
  | 'probe'
  | 'server'
  | 'domain'
  | 'axfr'
  | 'tsig-key'
  | 'tls'
  | 'tls-name'
  | 'tls-ca'
  | 'tls-pin'
  | 'tls-alpn'
  | 'interface'
  | 'clusters-dir'
  | 'level'
  | 'format'
  | 'json'
  | 'quiet'
  | 'verbose'
  | 'no-color'
  | 'debug'
  | 'help'
  | 'version'
  | 'schema'

const what = { group: 'What' } as const
const ask = { group: 'Whom to ask' } as const
const print = { group: 'What to print' } as const
const more = { group: 'More' } as const
const address = { value: 'IP[:PORT]', multiple: true } as const

/** What parsing, checking and help are driven by; help lists them in this order. */
export const optionTable: Readonly<Record<OptionName, OptionSpec>> = {
  cluster: { ...what, short: 'c', value: 'NAME', completes: 'clusters', help: 'the cluster, instead of the argument' },
  bootstrap: { ...what, ...address, short: 'b', help: 'an address by hand; nobody is asked then (repeatable)' },
  address: { ...what, ...address, short: 'a', help: 'announce this MDS, not this host (repeatable)' },
  mds: {
    ...what,
    value: 'NAME=IP[:PORT]',
    multiple: true,
    help: 'an MDS of a cluster, by hand; nobody is asked then (repeatable)',
  },
  ttl: { ...what, value: 'SECONDS', help: 'how long the records may be kept (300)' },
  ns: { ...what, value: 'IP', help: "the address of the zone's name server (127.0.0.1)" },
  serial: { ...what, value: 'N', help: 'of the SOA record (the time in seconds)' },
  partial: { ...what, help: 'take what there is, also where somebody could not be asked' },
  'dry-run': { ...what, help: 'print what would be written, and write nothing' },
  file: { ...what, value: 'FILE', completes: 'files', help: 'a zone file to read, instead of asking' },
  backend: { ...ask, value: 'LIST', completes: 'backends', help: 'in order of preference (dns,bootstrap,zeroconf)' },
  policy: {
    ...ask,
    value: 'first|merge',
    help: 'the best that knows, or all (resolve first, discover merge)',
  },
  timeout: { ...ask, value: 'SECONDS', help: 'for one round of asking (5)' },
  wait: { ...ask, value: 'SECONDS', help: 'ask again until found, for so long at most' },
  'min-endpoints': { ...ask, value: 'N', help: 'how many are enough; with fewer the code is 3 (1)' },
  probe: { ...ask, help: 'try to connect to each address; reachable ones first, all marked' },
  server: { ...ask, ...address, help: "name server, not resolv.conf's (repeatable)" },
  domain: { ...ask, value: 'NAME', multiple: true, help: "search domain, not resolv.conf's (repeatable)" },
  axfr: { ...ask, value: 'auto|always|never', help: 'zone transfers for names (auto: where TXT has none)' },
  'tsig-key': { ...ask, value: 'FILE', completes: 'files', help: 'sign zone transfers with the BIND key in FILE' },
  tls: { ...ask, help: 'DNS over TLS alone, port 853 unless given' },
  'tls-name': { ...ask, value: 'NAME', help: 'the certificate is for NAME, not for the address' },
  'tls-ca': { ...ask, value: 'FILE', completes: 'files', help: 'it is issued by a CA in FILE (PEM)' },
  'tls-pin': { ...ask, value: 'SHA256', multiple: true, help: 'its key has this hash, in base64 (repeatable)' },
  'tls-alpn': { ...ask, value: 'require|offer', help: 'transfer also where no protocol is selected (require)' },
  interface: {
    ...ask,
    value: 'NAME',
    completes: 'interfaces',
    multiple: true,
    help: 'zeroconf on this interface only (repeatable)',
  },
  'clusters-dir': {
    ...ask,
    value: 'DIR',
    completes: 'directories',
    multiple: true,
    help: 'bootstrap lists here, not under /etc (repeatable)',
  },
  level: {
    ...print,
    value: 'ok|notice|warning|error',
    help: 'only from here on (ok)',
  },
  format: { ...print, value: 'FORMAT', completes: 'formats', help: 'how answers are printed' },
  json: { ...print, help: 'the same as --format json' },
  quiet: { ...print, short: 'q', help: 'nothing on stderr but usage and internal errors' },
  verbose: { ...print, short: 'v', help: 'every attempt on stderr, also when it is no terminal' },
  'no-color': { ...print, help: 'no colour' },
  debug: { ...more, help: 'the stack of an internal error' },
  help: { ...more, short: 'h', help: 'help with all of it, or with one command' },
  version: { ...more, help: 'the version' },
  schema: { ...more, help: 'the JSON Schema of --json and --format ndjson' },
}

/** Which name servers to ask, and how. */
export const dnsOptions: readonly OptionName[] = [
  'timeout',
  'server',
  'axfr',
  'tsig-key',
  'tls',
  'tls-name',
  'tls-ca',
  'tls-pin',
  'tls-alpn',
]

/** Whom to check: what is about several backends at once is left out. */
export const checkOptions: readonly OptionName[] = ['backend', ...dnsOptions, 'domain', 'interface', 'clusters-dir']

/** Whom to ask, and how: what every command takes that asks the backends. */
export const askOptions: readonly OptionName[] = [...checkOptions, 'policy']

/** What every command takes. */
export const everyCommand: readonly OptionName[] = [
  'quiet',
  'verbose',
  'no-color',
  'debug',
  'help',
  'version',
  'schema',
]

/** The long names. */
export const optionNames: readonly OptionName[] = Object.keys(optionTable) as OptionName[] // exactly the keys written above

/** Tells the name of an option from any other text, such as `__proto__`. */
export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}
