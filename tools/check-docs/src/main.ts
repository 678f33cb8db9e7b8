import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allChecks } from '@pstorage/discovery-cli/checks'
import { checkDocuments } from './check-documents.js'
import { checkTestNames, TESTED_DOCUMENTS } from './check-test-names.js'
import { CHECKS_DOCUMENT, withTables } from './checks-table.js'
import { documentsOf } from './documents.js'
import { formatFinding } from './finding.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const documents = documentsOf(root)
const { findings: found, compiled, parsed, ignored } = checkDocuments(root, documents)
const findings = [...found, ...TESTED_DOCUMENTS.flatMap((document) => checkTestNames(root, document))]
for (const finding of findings) console.log(formatFinding(finding))
console.log(`${documents.length} documents: ${compiled} ts blocks compiled, ${ignored} ignored, ${parsed} json parsed`)
if (compiled === 0) console.log('No code was compiled: a check that looked at nothing has not passed')

const path = join(root, CHECKS_DOCUMENT)
const written = readFileSync(path, 'utf8')
const current = withTables(written, allChecks)
const isStale = written !== current && !process.argv.includes('--write')
if (process.argv.includes('--write')) writeFileSync(path, current)
if (isStale) console.log(`${CHECKS_DOCUMENT}: its tables are out of date: node tools/check-docs/dist/main.js --write`)
process.exitCode = findings.length === 0 && compiled > 0 && !isStale ? 0 : 1
