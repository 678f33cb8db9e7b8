export { checkDns, checkZone, dnsChecks } from './check-dns.js'
export type { CheckDnsOptions } from './check-options.js'
export {
  type ReadRecordSetsOptions,
  type RecordSetAnswer,
  type RecordSetQuestion,
  type RecordSetType,
  readRecordSets,
} from './record-sets.js'
export { type CheckZoneFileOptions, checkZoneFile } from './zone/zone-file.js'
export type { ProgramLimits } from './zone/zone-program.js'
