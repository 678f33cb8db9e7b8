import { fileURLToPath } from 'node:url'
import { checkReports } from './check-reports.js'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const faults = checkReports(root, process.argv[2] === 'update' ? 'update' : 'check')
for (const fault of faults) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1
