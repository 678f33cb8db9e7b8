import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Architecture, architectures } from './architecture.js'
import { billOfMaterials, SBOM_WORDS } from './bill-of-materials.js'
import { buildExecutable } from './build-executable.js'
import { runProgram } from './run-program.js'

const isArchitecture = (word: string): word is Architecture => Object.hasOwn(architectures, word)

const [target, ...words] = process.argv.slice(2)
const wanted = words.length === 0 ? Object.keys(architectures) : words
if (target === undefined || !wanted.every(isArchitecture)) {
  console.error(`usage: node dist/main.js FOLDER [${Object.keys(architectures).join('|')}]...`)
  process.exit(2)
}
const folder = resolve(target)
mkdirSync(folder, { recursive: true })
const listed = await runProgram('npx', ['-y', 'pnpm@12', ...SBOM_WORDS])
for (const architecture of wanted) {
  const executable = join(folder, `pstorage-discovery-linux-${architecture}`)
  await buildExecutable(architecture, executable)
  writeFileSync(`${executable}.cdx.json`, billOfMaterials(listed, architecture))
  console.log(`${executable} ${(statSync(executable).size / 1e6).toFixed(1)} MB`)
}
