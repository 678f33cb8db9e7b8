import {
  type Clock,
  type ClusterName,
  DiscoveryError,
  type Random,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import type { AxfrMode } from '../dns-context.js'
import type { DnsResolverOptions } from '../dns-resolver.js'
import { parseDomain } from '../domain-name.js'
import { checkedTransferKey, type TransferKeySource } from '../tsig/transfer-key.js'
import { type CheckedHostOptions, checkedHostOptions } from './host-settings.js'

/** What is checked, and how; all of it is optional, and means what it means to `dnsResolver`. */
export interface CheckDnsOptions
  extends Pick<
    DnsResolverOptions,
    | 'servers'
    | 'domains'
    | 'tls'
    | 'service'
    | 'clustersRecord'
    | 'tsigKey'
    | 'axfr'
    | 'resolvConf'
    | 'clock'
    | 'wallClock'
    | 'random'
  > {
  /** Only this cluster is looked at; default: all that TXT or a transfer name. */
  readonly cluster?: ClusterName | undefined
  /** Milliseconds for the look-ups of each domain, and for each transfer; a name server gets half of it. Default 5,000. */
  readonly timeout?: number | undefined
  /** Ends it at once; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** The same, checked. */
export interface DnsCheckSettings {
  readonly host: CheckedHostOptions
  readonly service: Name
  readonly clustersRecord: Name
  readonly tsigKey: TransferKeySource | undefined
  readonly axfr: AxfrMode
  readonly cluster: ClusterName | undefined
  readonly timeout: number
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly wallClock: () => number
  readonly random: Random
}

/** @throws DiscoveryError `ERR_OPTION_INVALID` */
export function checkedDnsOptions(options: CheckDnsOptions): DnsCheckSettings {
  const { timeout = 5_000, axfr = 'auto' } = options
  if (!Number.isFinite(timeout) || timeout <= 0) {
    throw new DiscoveryError('ERR_OPTION_INVALID', `timeout must be milliseconds above 0: ${timeout}`)
  }
  if (!['auto', 'always', 'never'].includes(axfr)) {
    throw new DiscoveryError('ERR_OPTION_INVALID', 'axfr must be auto, always or never')
  }
  return {
    host: checkedHostOptions(options),
    service: parseDomain(options.service ?? '_pstorage._tcp'),
    clustersRecord: parseDomain(options.clustersRecord ?? 'pstorage_clusters'),
    tsigKey: checkedTransferKey(options.tsigKey),
    axfr,
    cluster: options.cluster,
    timeout,
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? systemClock,
    wallClock: options.wallClock ?? Date.now,
    random: options.random ?? systemRandom,
  }
}
