import {
  canonicalAddress,
  clusterNameKey,
  DiscoveryError,
  parseClusterName,
  parseEndpoint,
  quoteText,
} from '@pstorage/discovery-core'
import { allOf, lastOf, type ParsedArguments } from '../../args/command.js'
import { type OptionName, queryOptions } from '../../args/option-table.js'
import { parseCount } from '../../args/option-values.js'
import { UsageError } from '../../exit-codes.js'
import { LONGEST_HOST } from '../../zone/cluster-records.js'
import type { PublishedCluster, PublishedEndpoint } from '../../zone/zone-record.js'

/** The settings of `zone generate`. */
export interface ZoneSettings {
  /** Without a dot at its end. */
  readonly domain: string
  /** Seconds. */
  readonly ttl: number
  /** The address of the zone's name server. */
  readonly nameServer: string
  /** Of the SOA record; default: the time, in seconds since 1970. */
  readonly serial: number | undefined
  /** The clusters of `--mds`; with any, nothing is queried. */
  readonly clusters: readonly PublishedCluster[]
  /** Print the records even where a source did not answer. */
  readonly isPartialEnough: boolean
  /** Remove SRV records of the zone that no source has. */
  readonly isReplacing: boolean
}

/** The options of the queries for the records of a zone. */
const readOptions: readonly OptionName[] = ['timeout', 'server', 'tls', 'tls-name', 'tls-ca', 'tls-pin', 'tls-alpn']

/** 253 characters less the longest host and a dot. */
const LONGEST_DOMAIN = 253 - LONGEST_HOST - 1
const domainName =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** Reads the operand and the options of `zone generate`. @throws UsageError */
export function zoneSettings(args: ParsedArguments): ZoneSettings {
  refuseWithoutEffect(args)
  const [ttl, serial] = [lastOf(args, 'ttl'), lastOf(args, 'serial')]
  return {
    domain: domainOf(args),
    ttl: ttl === undefined ? 300 : parseCount('ttl', ttl),
    nameServer: nameServerOf(lastOf(args, 'ns') ?? '127.0.0.1'),
    serial: serial === undefined ? undefined : parseSerial(serial),
    clusters: clustersOf(allOf(args, 'mds')),
    isPartialEnough: args.options.has('partial'),
    isReplacing: args.options.has('replace'),
  }
}

/** Refuses options that would have no effect. */
function refuseWithoutEffect({ options }: ParsedArguments): void {
  const isUpdate = options.get('format')?.includes('nsupdate') === true
  const ofZone: readonly OptionName[] = isUpdate ? ['domain', ...readOptions] : ['domain']
  const ineffective = [...queryOptions, 'partial' as const].find((name) => !ofZone.includes(name) && options.has(name))
  if (options.has('mds') && ineffective !== undefined) {
    throw new UsageError(`--${ineffective} has no effect with --mds, which skips discovery; leave one of them out`)
  }
  if (options.has('replace') && !isUpdate) {
    throw new UsageError('--replace has no effect without --format nsupdate: a whole zone is printed; leave it out')
  }
  if (options.has('replace') && options.get('backend')?.some((names) => names.includes('zeroconf')) === true) {
    throw new UsageError(
      '--replace removes what no source has, and any host on the link can answer zeroconf: leave --replace or zeroconf out',
    )
  }
  if (options.has('replace') && options.has('partial')) {
    throw new UsageError(
      '--replace and --partial contradict each other: a source that did not answer may have the records',
    )
  }
  const ofWholeZone = (['ns', 'serial'] as const).find((name) => options.has(name))
  if (isUpdate && ofWholeZone !== undefined) {
    const why = 'which leaves the SOA and NS records of the zone alone'
    throw new UsageError(`--${ofWholeZone} has no effect with --format nsupdate, ${why}; leave it out`)
  }
}

function domainOf(args: ParsedArguments): string {
  const domains = args.operands.length > 0 ? args.operands : [...new Set(allOf(args, 'domain'))]
  const [text, ...others] = domains
  if (text === undefined) throw new UsageError('a domain is missing: zone generate DOMAIN')
  if (others.length > 0) throw new UsageError(`zone generate takes one domain, not ${domains.length}`)
  const domain = text.replace(/\.$/, '')
  if (domainName.test(domain) && domain.length <= LONGEST_DOMAIN) return domain
  const fault =
    domain.length > LONGEST_DOMAIN ? `it is longer than ${LONGEST_DOMAIN} characters` : 'it is not a domain name'
  throw new UsageError(`DOMAIN ${quoteText(text, { maxLength: 80 })}: ${fault}`)
}

function nameServerOf(text: string): string {
  const address = canonicalAddress(text)
  if (address !== undefined && !address.includes('%')) return address
  throw new UsageError(`--ns ${quoteText(text, { maxLength: 80 })}: must be an IP address`)
}

/** A serial number is one of 32 bits (RFC 1035 section 3.3.13). */
function parseSerial(text: string): number {
  const serial = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (serial < 2 ** 32) return serial
  throw new UsageError(`--serial ${quoteText(text, { maxLength: 80 })}: must be a number from 0 to 4294967295`)
}

/** Unites `NAME=IP[:PORT]` of the same cluster, compared without case. */
function clustersOf(texts: readonly string[]): readonly PublishedCluster[] {
  const clusters = new Map<string, { readonly name: string; readonly endpoints: PublishedEndpoint[] }>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 0) {
      throw new UsageError(`--mds ${quoteText(text, { maxLength: 80 })}: must be NAME=IP[:PORT]`)
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
