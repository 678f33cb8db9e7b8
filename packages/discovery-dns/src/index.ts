export type { AxfrMode } from './dns-context.js'
export { type DnsResolverOptions, dnsResolver } from './dns-resolver.js'
export { parseResolvConf, type ResolvConf, type ResolvConfOptions } from './resolv-conf.js'
export { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from './transfer-limits.js'
