/** One option: its spelling and its help. */
export interface OptionSpec {
  /** The letter of its short form. */
  readonly short?: string
  /** The name of its value; an option without one takes none. */
  readonly value?: string
  /** Set where it may be repeated; all of its values count. */
  readonly multiple?: true
  /** The kind of completion of its value; default: the words of `value`, where there are some. */
  readonly completes?: 'backends' | 'clusters' | 'directories' | 'files' | 'formats' | 'interfaces'
  readonly group: OptionGroup
  /** One line. */
  readonly help: string
}

/** The heading of an option in help. */
export type OptionGroup = 'Command' | 'Sources' | 'Output' | 'General'

/** The long names of all options. An option means the same in every command that takes it. */
export type OptionName =
  | 'cluster'
  | 'bootstrap'
  | 'address'
  | 'mds'
  | 'ttl'
  | 'ns'
  | 'serial'
  | 'partial'
  | 'replace'
  | 'dry-run'
  | 'fix'
  | 'yes'
  | 'file'
  | 'backend'
  | 'policy'
  | 'timeout'
  | 'wait'
  | 'min-endpoints'
  | 'probe'
  | 'count'
  | 'long'
  | 'interval'
  | 'exec'
  | 'watch'
  | 'server'
  | 'domain'
  | 'axfr'
  | 'denials'
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
  | 'nagios'
  | 'quiet'
  | 'verbose'
  | 'no-color'
  | 'debug'
  | 'help'
  | 'version'
  | 'schema'

const ofCommand = { group: 'Command' } as const
const sources = { group: 'Sources' } as const
const output = { group: 'Output' } as const
const general = { group: 'General' } as const
const address = { value: 'IP[:PORT]', multiple: true } as const

/** The options, for parsing, help and completion; help lists them in this order. */
export const optionTable: Readonly<Record<OptionName, OptionSpec>> = {
  cluster: {
    ...ofCommand,
    short: 'c',
    value: 'NAME',
    completes: 'clusters',
    help: 'the cluster, instead of the argument',
  },
  bootstrap: { ...ofCommand, ...address, short: 'b', help: 'use this address and skip discovery (repeatable)' },
  address: { ...ofCommand, ...address, short: 'a', help: 'announce this MDS instead of this host (repeatable)' },
  mds: {
    ...ofCommand,
    value: 'NAME=IP[:PORT]',
    multiple: true,
    help: 'use this MDS and skip discovery (repeatable)',
  },
  ttl: { ...ofCommand, value: 'SECONDS', help: 'TTL of the records (default: 300)' },
  ns: { ...ofCommand, value: 'IP', help: "address of the zone's name server (default: 127.0.0.1)" },
  serial: { ...ofCommand, value: 'N', help: 'serial number of the SOA record (default: the time)' },
  partial: { ...ofCommand, help: 'print or write also where a source did not answer' },
  replace: { ...ofCommand, help: 'remove the SRV records of the zone that no source has' },
  fix: { ...ofCommand, help: 'make the safe changes on this host, after a question' },
  yes: { ...ofCommand, short: 'y', help: 'make the changes of --fix without a question' },
  'dry-run': { ...ofCommand, help: 'print what would be written or changed, and change nothing' },
  watch: { ...ofCommand, help: 'write again at every change, until stopped' },
  interval: { ...ofCommand, value: 'DURATION', help: 'query at least this often, whatever the TTLs' },
  exec: { ...ofCommand, value: 'COMMAND', help: 'run COMMAND at every change, without a shell' },
  file: { ...ofCommand, value: 'FILE', completes: 'files', help: 'read this zone file instead of name servers' },
  backend: {
    ...sources,
    value: 'LIST',
    completes: 'backends',
    help: 'backends by preference (default: dns,bootstrap,zeroconf)',
  },
  policy: {
    ...sources,
    value: 'first|merge',
    help: 'use the first backend with a result, or unite all (discover: merge; else first)',
  },
  timeout: { ...sources, value: 'DURATION', help: 'time limit of one query (default: 5s)' },
  wait: { ...sources, value: 'DURATION', help: 'query again until found, for at most this long' },
  'min-endpoints': {
    ...sources,
    value: 'N',
    help: 'end with exit code 3 where there are fewer endpoints (default: 1)',
  },
  probe: { ...sources, help: 'try to connect to each endpoint; reachable ones come first' },
  server: { ...sources, ...address, short: 's', help: 'query this name server, not those of resolv.conf (repeatable)' },
  domain: {
    ...sources,
    short: 'd',
    value: 'NAME',
    multiple: true,
    help: 'search in this domain, not in those of resolv.conf (repeatable)',
  },
  axfr: {
    ...sources,
    value: 'auto|always|never',
    help: 'read names by zone transfer (default: auto, only where TXT has none)',
  },
  denials: {
    ...sources,
    value: 'proven|any',
    help: 'believe a denial only with its SOA record, or any denial (default: proven)',
  },
  'tsig-key': { ...sources, value: 'FILE', completes: 'files', help: 'sign zone transfers with the BIND key in FILE' },
  tls: { ...sources, help: 'DNS over TLS only, on port 853 by default' },
  'tls-name': { ...sources, value: 'NAME', help: 'expect NAME in the certificate, not the address' },
  'tls-ca': { ...sources, value: 'FILE', completes: 'files', help: 'trust the CAs in FILE (PEM)' },
  'tls-pin': {
    ...sources,
    value: 'SHA256',
    multiple: true,
    help: 'trust the key with this hash, in base64 (repeatable)',
  },
  'tls-alpn': { ...sources, value: 'require|offer', help: 'ALPN for zone transfers over TLS (default: require)' },
  interface: {
    ...sources,
    value: 'NAME',
    completes: 'interfaces',
    multiple: true,
    help: 'use zeroconf on this interface only (repeatable)',
  },
  'clusters-dir': {
    ...sources,
    value: 'DIR',
    completes: 'directories',
    multiple: true,
    help: 'read the bootstrap lists in DIR, not those under /etc (repeatable)',
  },
  level: {
    ...output,
    value: 'ok|notice|warning|error',
    help: 'lowest level to show (default: notice)',
  },
  count: { ...output, value: 'N', help: 'print at most this many endpoints, the best ones' },
  long: { ...output, short: 'l', help: 'print a table: MDS known, authenticated or not, sources' },
  format: { ...output, short: 'o', value: 'FORMAT', completes: 'formats', help: 'output format' },
  json: { ...output, help: 'same as --format json' },
  nagios: { ...output, help: 'print one line, and exit like a monitoring plugin' },
  quiet: { ...output, short: 'q', help: 'print nothing on stderr but wrong usage and internal errors' },
  verbose: { ...output, short: 'v', help: 'print every attempt, or every check, also without a terminal' },
  'no-color': { ...output, help: 'print without colour' },
  debug: { ...general, help: 'print the stack of an internal error' },
  help: { ...general, short: 'h', help: 'print this help, or that of one command' },
  version: { ...general, help: 'print the version' },
  schema: { ...general, help: 'print the JSON Schema of --json and --format ndjson' },
}

/** The options about name servers. */
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

/** The options about sources, without those about several backends at once. */
export const checkOptions: readonly OptionName[] = [
  'backend',
  ...dnsOptions,
  'denials',
  'domain',
  'interface',
  'clusters-dir',
]

/** The options of every command that queries the backends. */
export const queryOptions: readonly OptionName[] = [...checkOptions, 'policy']

/** The options of every command. */
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

/** Returns true for the name of an option; other text, such as `__proto__`, has none. */
export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}
