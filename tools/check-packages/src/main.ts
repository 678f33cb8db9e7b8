import { fileURLToPath } from 'node:url'
import { checkWorkspace } from './check-workspace.js'
import { type Finding, formatFinding } from './finding.js'
import { checkInstalls } from './install/check-installs.js'
import { readWorkspace } from './read-workspace.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const report = (findings: readonly Finding[]): void => {
  for (const finding of findings) console.log(formatFinding(finding))
  const errors = findings.filter((finding) => finding.severity === 'error').length
  console.log(`${errors} errors, ${findings.length - errors} warnings`)
  process.exitCode = errors === 0 ? 0 : 1
}

// Without an argument the shape of the packages, with `install` what the installation of one of them brings.
report(process.argv[2] === 'install' ? await checkInstalls(root) : checkWorkspace(readWorkspace(root)))
