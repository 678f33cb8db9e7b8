export { checkDns, checkZone, dnsChecks } from './check-dns.js'
export type { CheckDnsOptions } from './check-options.js'
export { type CheckZoneFileOptions, checkZoneFile } from './zone-file.js'
