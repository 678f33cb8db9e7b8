import {
  type Clock,
  type ClusterName,
  checkedTime,
  checkOptionNames,
  DiscoveryError,
  type Random,
  systemClock,
  systemRandom,
} from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'
import { parseLabels } from '../config/domain-name.js'
import { checkedTransferKey, type TransferKeySource } from '../config/transfer-key.js'
import type { DnsResolverOptions } from '../dns-resolver.js'
import type { AxfrMode } from '../lookup/dns-context.js'
import { type CheckedHostOptions, validateHostOptions } from './settings/host-settings.js'

/** Options of the checks of DNS; the shared ones mean the same as to `dnsResolver`. */
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
  /** The only cluster to check; default: all that TXT or a transfer name. */
  readonly cluster?: ClusterName | undefined
  /** Milliseconds for the lookups of each domain, and for each transfer; a name server gets half of it. Default 5,000. */
  readonly timeout?: number | undefined
  /** Ends the checks at once; the generator rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Every option, for the check of their names. */
const optionNames: Readonly<Record<keyof CheckDnsOptions, 'list' | 'other'>> = {
  servers: 'list',
  domains: 'list',
  tls: 'other',
  service: 'other',
  clustersRecord: 'other',
  tsigKey: 'other',
  axfr: 'other',
  resolvConf: 'other',
  clock: 'other',
  wallClock: 'other',
  random: 'other',
  cluster: 'other',
  timeout: 'other',
  signal: 'other',
}

/** Validated options of the checks of DNS. */
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

/** Validates the options of `owner`. @throws DiscoveryError `ERR_OPTION_INVALID` */
export function validateDnsOptions(owner: string, options: CheckDnsOptions): DnsCheckSettings {
  checkOptionNames(owner, options, optionNames)
  const { axfr = 'auto' } = options
  const timeout = checkedTime('timeout', options.timeout ?? 5_000, 1)
  if (!['auto', 'always', 'never'].includes(axfr)) {
    throw new DiscoveryError('ERR_OPTION_INVALID', 'axfr must be auto, always or never')
  }
  return {
    host: validateHostOptions(options),
    service: parseLabels(options.service ?? '_pstorage._tcp'),
    clustersRecord: parseLabels(options.clustersRecord ?? 'pstorage_clusters'),
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
