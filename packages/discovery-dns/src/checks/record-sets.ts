import {
  type AttemptError,
  type AttemptStatus,
  type Clock,
  checkOptionNames,
  systemClock,
} from '@pstorage/discovery-core'
import { nameFromText, type RecordData, RecordType } from '@pstorage/dns-message'
import { StubResolver } from '../client/stub-resolver.js'
import { type Lookup, lookUp } from '../lookup/lookup.js'
import { linkedAbort } from '../transport/connections.js'
import type { CheckDnsOptions } from './check-options.js'
import { type HostSettings, readHostSettings, validateHostOptions } from './settings/host-settings.js'
import { formatZoneName } from './zone/zone-line.js'

/** The types that {@link readRecordSets} reads. */
export type RecordSetType = 'A' | 'AAAA' | 'SOA' | 'SRV' | 'TXT'

/** A name, in presentation format, and a type. */
export interface RecordSetQuestion {
  readonly name: string
  readonly type: RecordSetType
}

/**
 * The answer about one name and type.
 *
 * - `found`: the data of each record as in a zone file (RFC 1035 section 5.1), names absolute and with a dot at the end
 * - `none`: a denial, `NXDOMAIN` or `NODATA`
 * - `alias`: the name is a CNAME, whatever that leads to
 * - `failed`: no answer that can be used
 */
export type RecordSetAnswer =
  | { readonly kind: 'found'; readonly data: readonly string[] }
  | { readonly kind: 'none'; readonly why: 'NXDOMAIN' | 'NODATA' }
  | { readonly kind: 'alias' }
  | {
      readonly kind: 'failed'
      readonly status: AttemptStatus
      readonly server: string | null
      readonly error: AttemptError
    }

/** Options of {@link readRecordSets}; the shared ones mean the same as to `dnsResolver`. */
export interface ReadRecordSetsOptions
  extends Pick<CheckDnsOptions, 'servers' | 'tls' | 'resolvConf' | 'signal' | 'clock'> {
  /** Milliseconds for all of it; default 5,000. */
  readonly timeout?: number | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof ReadRecordSetsOptions, 'list' | 'other'>> = {
  servers: 'list',
  tls: 'other',
  resolvConf: 'other',
  signal: 'other',
  clock: 'other',
  timeout: 'other',
}

/** The number of queries at the same time. */
const AT_ONCE = 32

/**
 * Reads sets of records of one domain before they are changed. The answers are in the order of the questions.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID`; the reason of the signal
 */
export async function readRecordSets(
  domain: string,
  questions: readonly RecordSetQuestion[],
  options: ReadRecordSetsOptions = {},
): Promise<readonly RecordSetAnswer[]> {
  checkOptionNames('readRecordSets', options, optionNames)
  const { clock = systemClock, signal = new AbortController().signal, timeout = 5_000 } = options
  const checked = validateHostOptions({ ...options, domains: [domain] })
  signal.throwIfAborted()
  const over = linkedAbort(signal)
  const stub = new StubResolver(clock)
  try {
    endAfter(timeout, clock, over)
    const host = await readHostSettings(checked, over.signal)
    const fault = faultOf(host)
    const answers: RecordSetAnswer[] = []
    const queue = questions.entries()
    const queryNext = async (): Promise<void> => {
      for (const [index, { name, type }] of queue) {
        if (fault !== undefined) answers[index] = fault
        else {
          const question = { name: nameFromText(name), type: RecordType[type] }
          answers[index] = answerOf(await lookUp(stub, host.settings, question, over.ending))
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, queryNext))
    signal.throwIfAborted()
    return answers
  } finally {
    over.abort(readingOver)
    stub.close()
  }
}

const readingOver = new Error('the reading of records is over')

function endAfter(timeout: number, clock: Clock, over: ReturnType<typeof linkedAbort>): void {
  clock.sleep(timeout, over.signal).then(
    () => over.abort(readingOver),
    () => undefined,
  )
}

/** Returns the answer to all questions when there is no usable server. */
function faultOf({ resolvConf, tlsFault }: HostSettings): RecordSetAnswer | undefined {
  const error = tlsFault ?? resolvConf?.fault
  return error === undefined ? undefined : { kind: 'failed', status: 'unavailable', server: null, error }
}

function answerOf(lookup: Lookup): RecordSetAnswer {
  if (lookup.kind === 'empty') return { kind: 'none', why: lookup.why }
  if (lookup.kind === 'found') {
    const { rrset } = lookup
    return rrset.aliases > 0 ? { kind: 'alias' } : { kind: 'found', data: rrset.data.map(presentation) }
  }
  const { status, server, error } = lookup
  // An alias without a target is an alias too.
  return error.code === 'EALIAS' ? { kind: 'alias' } : { kind: 'failed', status, server, error }
}

function presentation(data: RecordData): string {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${formatZoneName(data.target)}`
    case 'TXT':
      return data.strings.map(quoted).join(' ')
    case 'SOA':
      return `${formatZoneName(data.mname)} ${formatZoneName(data.rname)} ${data.serial}`
    default:
      return ''
  }
}

/** Formats a character-string (RFC 1035 section 5.1); quotes, backslashes and octets that are not printable ASCII become `\DDD`. */
function quoted(octets: Uint8Array): string {
  const characters = Array.from(octets, (octet) => {
    const isPlain = octet >= 0x20 && octet < 0x7f && octet !== QUOTE && octet !== BACKSLASH
    return isPlain ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`
  })
  return `"${characters.join('')}"`
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
