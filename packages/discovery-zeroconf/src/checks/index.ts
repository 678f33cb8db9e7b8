export { type CheckZeroconfOptions, checkZeroconf, zeroconfChecks } from './check-zeroconf.js'
