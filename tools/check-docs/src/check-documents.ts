import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blockDuty } from './block-duty.js'
import { type CodeBlock, codeBlocks } from './code-block.js'
import { compileBlocks } from './compile-blocks.js'
import type { Finding } from './finding.js'

/** The result of checking the documents. */
export interface DocumentCheck {
  readonly findings: readonly Finding[]
  readonly compiled: number
  readonly parsed: number
  readonly ignored: number
}

/** Checks the code of the documents, given by their paths from the root. A document that is missing is a finding. */
export const checkDocuments = (root: string, documents: readonly string[]): DocumentCheck => {
  const missing = documents.filter((document) => !existsSync(join(root, document)))
  const blocks = documents
    .filter((document) => !missing.includes(document))
    .flatMap((document) => codeBlocks(document, readFileSync(join(root, document), 'utf8')))
    .map((block) => ({ block, duty: blockDuty(block) }))
  const blocksTo = (kind: string): readonly CodeBlock[] =>
    blocks.filter(({ duty }) => duty.kind === kind).map(({ block }) => block)
  const toCompile = blocksTo('compile')
  const toParse = blocksTo('parse')
  return {
    findings: [
      ...missing.map((file) => ({ file, line: 1, problem: 'the document is missing' })),
      ...blocks.flatMap(({ block, duty }) => (duty.kind === 'wrong' ? [findingAt(block, duty.problem)] : [])),
      ...toParse.flatMap(parseFindings),
      ...(toCompile.length === 0 ? [] : compileBlocks(root, toCompile)),
    ],
    compiled: toCompile.length,
    parsed: toParse.length,
    ignored: blocksTo('ignore').length,
  }
}

const parseFindings = (block: CodeBlock): readonly Finding[] => {
  try {
    JSON.parse(block.text)
    return []
  } catch (error) {
    return [findingAt(block, `no JSON: ${error instanceof Error ? error.message : error}`)]
  }
}

const findingAt = ({ document, line }: CodeBlock, problem: string): Finding => ({ file: document, line, problem })
