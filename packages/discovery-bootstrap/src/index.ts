export { DEFAULT_DIRECTORIES } from './bootstrap-directories.js'
export {
  type BootstrapEntry,
  type BootstrapList,
  type BootstrapListWarning,
  type BootstrapListWarningCode,
  type ParseBootstrapListOptions,
  parseBootstrapList,
} from './bootstrap-list.js'
export { type BootstrapResolverOptions, bootstrapResolver } from './bootstrap-resolver.js'
export type { HostLookup } from './host-lookup.js'
export type { ListFaultCode } from './list-fault.js'
export type { BootstrapWarningCode } from './warning-log.js'
export { type WriteBootstrapListOptions, writeBootstrapList } from './write-bootstrap-list.js'
