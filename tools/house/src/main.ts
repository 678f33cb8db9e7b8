import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkImports } from './check-imports.js'
import { findImports } from './find-imports.js'
import { formatFigures } from './format-figures.js'
import { resolveCoverage } from './resolve-coverage.js'
import { readSources, sourceFigures } from './source-figures.js'

const here = resolve(fileURLToPath(new URL('../../..', import.meta.url)))

const [argument] = process.argv.slice(2)
if (argument === 'check') await check()
else await measure(argument === undefined ? here : resolve(argument))

/** Fails where an import of this checkout breaks a rule. */
async function check(): Promise<void> {
  const { violations, count } = await findImports(here)
  const paths = readSources(here).map(({ path }) => path)
  const findings = checkImports(violations, paths)
  for (const finding of findings) console.log(finding)
  console.log(`${findings.length} findings, ${count} imports`)
  process.exitCode = findings.length === 0 ? 0 : 1
}

async function measure(root: string): Promise<void> {
  const figures = sourceFigures(readSources(root))
  console.log(formatFigures(root, figures, await findImports(root), await resolveCoverage(root)))
}
