export { allChecks, type CheckGroup } from '../doctor/all-checks.js'
