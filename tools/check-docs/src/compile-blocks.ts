import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CodeBlock } from './code-block.js'
import { compilerFindings } from './compiler-findings.js'
import type { Finding } from './finding.js'

/**
 * Compiles each block as a module of its own, against the sources of the packages, and says what the compiler minds
 * by the lines of the documents.
 *
 * @throws Error when the compiler fails without a word about any file.
 */
export const compileBlocks = (root: string, blocks: readonly CodeBlock[]): readonly Finding[] => {
  mkdirSync(PLACE, { recursive: true })
  const folder = mkdtempSync(join(PLACE, 'run-'))
  try {
    const documents = new Map(blocks.map((block, index) => [`block-${index}.mts`, block]))
    for (const [name, block] of documents) writeFileSync(join(folder, name), moduleText(block))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings(root, folder)))
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMPILER, '--pretty', 'false', '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const findings = compilerFindings(stdout, documents, (path) => relative(root, join(folder, path)))
    if (status !== 0 && findings.length === 0) throw new Error(`the compiler failed: ${stdout}${stderr}`)
    return findings
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Within this package, so that the blocks resolve what it depends on: every package. */
const PLACE = fileURLToPath(new URL('../.blocks', import.meta.url))

const COMPILER = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

/** The lines of the module are the lines of the document. */
const moduleText = ({ line, text }: CodeBlock): string => `${'\n'.repeat(line - 1)}${text}\n`

const settings = (root: string, folder: string): object => ({
  extends: relative(folder, join(root, 'tsconfig.base.json')),
  compilerOptions: {
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    customConditions: ['@pstorage/source'],
    moduleDetection: 'force',
    // An example may end where it has shown its point, and nothing is built on its types.
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
  },
  include: ['*.mts'],
})
