import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Architecture, architectures } from './architecture.js'
import { billOfMaterials, SBOM_WORDS } from './bill-of-materials.js'
import { buildExecutable } from './build-executable.js'
import { buildPackage } from './debian/build-package.js'
import { runProgram } from './run-program.js'

const isArchitecture = (word: string): word is Architecture => Object.hasOwn(architectures, word)

/** Returns SOURCE_DATE_EPOCH, or the time of the last change to the sources. */
const epochOf = async (environment: string | undefined): Promise<number> => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  return Number(environment ?? (await runProgram('git', ['log', '-1', '--format=%ct'], { cwd: root })))
}

const [target, ...words] = process.argv.slice(2)
const wanted = words.length === 0 ? Object.keys(architectures) : words
if (target === undefined || target.startsWith('-') || !wanted.every(isArchitecture)) {
  console.error(`usage: node dist/main.js FOLDER [${Object.keys(architectures).join('|')}]...`)
  process.exit(2)
}
const folder = resolve(target)
mkdirSync(folder, { recursive: true })
const epoch = await epochOf(process.env.SOURCE_DATE_EPOCH)
const listed = await runProgram('npx', ['-y', 'pnpm@12', ...SBOM_WORDS])
const say = (path: string): void => console.log(`${path} ${(statSync(path).size / 1e6).toFixed(1)} MB`)
for (const architecture of wanted) {
  const executable = join(folder, `pstorage-discovery-linux-${architecture}`)
  await buildExecutable(architecture, executable)
  writeFileSync(`${executable}.cdx.json`, billOfMaterials(listed, architecture))
  say(executable)
  const debian = join(folder, `pstorage-discovery_${architectures[architecture].debian}.deb`)
  await buildPackage({ architecture, executable, epoch }, debian)
  say(debian)
}
