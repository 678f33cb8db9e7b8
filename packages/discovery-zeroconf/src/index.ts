export type { ZeroconfLimits } from './zeroconf-limits.js'
export { type ZeroconfResolverOptions, zeroconfResolver } from './zeroconf-resolver.js'
export type { ZeroconfWarningCode } from './zeroconf-warning.js'
