import { fileURLToPath } from 'node:url'
import { checkWorkspace } from './check-workspace.js'
import { formatFinding } from './finding.js'
import { readWorkspace } from './read-workspace.js'

const workspace = readWorkspace(fileURLToPath(new URL('../../..', import.meta.url)))
const findings = checkWorkspace(workspace)
for (const finding of findings) console.log(formatFinding(finding))

const errors = findings.filter((finding) => finding.severity === 'error').length
console.log(`${workspace.folders.length} folders checked: ${errors} errors, ${findings.length - errors} warnings`)
process.exitCode = errors === 0 ? 0 : 1
