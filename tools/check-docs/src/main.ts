import { fileURLToPath } from 'node:url'
import { checkDocuments } from './check-documents.js'
import { documentsOf } from './documents.js'
import { formatFinding } from './finding.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const documents = documentsOf(root)
const { findings, compiled, parsed, ignored } = checkDocuments(root, documents)
for (const finding of findings) console.log(formatFinding(finding))
console.log(`${documents.length} documents: ${compiled} ts blocks compiled, ${ignored} ignored, ${parsed} json parsed`)
if (compiled === 0) console.log('No code was compiled: a check that looked at nothing has not passed')
process.exitCode = findings.length === 0 && compiled > 0 ? 0 : 1
