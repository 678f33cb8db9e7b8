import {
  canonicalAddress,
  clusterNameKey,
  DiscoveryError,
  parseClusterName,
  parseEndpoint,
  quoteText,
} from '@pstorage/discovery-core'
import { askOptions } from '../command-line/option-table.js'
import { parseCount } from '../command-line/option-values.js'
import { UsageError } from '../command-line/usage-error.js'
import { allOf, lastOf, type Words } from '../command-line/words.js'
import type { PublishedCluster, PublishedEndpoint } from './zone-record.js'

/** What is to be generated. */
export interface ZoneSettings {
  /** Without a dot at its end. */
  readonly domain: string
  /** Seconds. */
  readonly ttl: number
  /** The address of the zone's name server. */
  readonly nameServer: string
  /** Of the SOA record; default: the time, in seconds since 1970. */
  readonly serial: number | undefined
  /** Given by hand; when there are any, nobody is asked. */
  readonly clusters: readonly PublishedCluster[]
  /** Print what there is, also where somebody could not be asked. */
  readonly isPartialEnough: boolean
}

/** So much is left of 253 characters by `_pstorage._tcp.` and the longest name of a cluster. */
const LONGEST_DOMAIN = 174
const domainName =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** Reads the operand and the options of `zone generate`. @throws UsageError */
export function zoneSettings(words: Words): ZoneSettings {
  refuseWithoutEffect(words)
  const [ttl, serial] = [lastOf(words, 'ttl'), lastOf(words, 'serial')]
  return {
    domain: domainOf(words),
    ttl: ttl === undefined ? 300 : parseCount('ttl', ttl),
    nameServer: nameServerOf(lastOf(words, 'ns') ?? '127.0.0.1'),
    serial: serial === undefined ? undefined : parseSerial(serial),
    clusters: clustersByHand(allOf(words, 'mds')),
    isPartialEnough: words.options.has('partial'),
  }
}

/** What would be passed over without a word. */
function refuseWithoutEffect({ options }: Words): void {
  const asking = [...askOptions, 'partial' as const].find((name) => name !== 'domain' && options.has(name))
  if (options.has('mds') && asking !== undefined) {
    throw new UsageError(`--${asking} has no effect with --mds, which asks nobody; leave one of them out`)
  }
  const ofWholeZone = (['ns', 'serial'] as const).find((name) => options.has(name))
  if (options.get('format')?.includes('nsupdate') && ofWholeZone !== undefined) {
    const why = 'which leaves the SOA and NS records of the zone alone'
    throw new UsageError(`--${ofWholeZone} has no effect with --format nsupdate, ${why}; leave it out`)
  }
}

function domainOf(words: Words): string {
  const given = words.operands.length > 0 ? words.operands : [...new Set(allOf(words, 'domain'))]
  const [text, ...others] = given
  if (text === undefined) throw new UsageError('which zone? Name it: zone generate DOMAIN')
  if (others.length > 0) throw new UsageError(`zone generate makes one zone, and ${given.length} domains were given`)
  const domain = text.replace(/\.$/, '')
  if (domainName.test(domain) && domain.length <= LONGEST_DOMAIN) return domain
  const fault =
    domain.length > LONGEST_DOMAIN ? `it is longer than ${LONGEST_DOMAIN} characters` : 'it is no domain name'
  throw new UsageError(`DOMAIN ${quoteText(text, { maxLength: 80 })}: ${fault}`)
}

function nameServerOf(text: string): string {
  const address = canonicalAddress(text)
  if (address !== undefined && !address.includes('%')) return address
  throw new UsageError(`--ns ${quoteText(text, { maxLength: 80 })}: an IP address is needed`)
}

/** A serial number is one of 32 bits (RFC 1035 section 3.3.13). */
function parseSerial(text: string): number {
  const serial = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (serial < 2 ** 32) return serial
  throw new UsageError(`--serial ${quoteText(text, { maxLength: 80 })}: a number from 0 to 4294967295 is needed`)
}

/** Unites `NAME=IP[:PORT]` of the same cluster, compared without case. */
function clustersByHand(texts: readonly string[]): readonly PublishedCluster[] {
  const clusters = new Map<string, { readonly name: string; readonly endpoints: PublishedEndpoint[] }>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 0) {
      throw new UsageError(`--mds ${quoteText(text, { maxLength: 80 })}: it is written NAME=IP[:PORT]`)
    }
    const name = checked(() => parseClusterName(text.slice(0, equals)))
    const endpoint = checked(() => parseEndpoint(text.slice(equals + 1)))
    const cluster = clusters.get(clusterNameKey(name))
    if (cluster === undefined) clusters.set(clusterNameKey(name), { name, endpoints: [endpoint] })
    else cluster.endpoints.push(endpoint)
  }
  return [...clusters.values()]
}

function checked<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!DiscoveryError.isInstance(error)) throw error
    throw new UsageError(`--mds: ${error.message}`, { cause: error })
  }
}
