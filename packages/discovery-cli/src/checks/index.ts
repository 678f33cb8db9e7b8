export { allChecks, type CheckGroup } from './all-checks.js'
