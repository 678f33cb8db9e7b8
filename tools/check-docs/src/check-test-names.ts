import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Finding } from './finding.js'

/** The documents whose tables name the test that keeps a promise. */
export const TESTED_DOCUMENTS: readonly string[] = ['SECURITY.md', 'docs/reliability.md']

/** In code, what begins with a package or a tool and leads to a test, such as `discovery-dns/test/tls`. */
const test = /`((?:discovery-[a-z-]+|dns-message|tools\/[a-z-]+)(?:\/[A-Za-z0-9._*-]+)*)`/g
/** `fuzz target` or `fuzz targets`, and their names in code. */
const targets = /fuzz\s+targets?\s+((?:`[a-z-]+`(?:,\s+|\s+and\s+)?)+)/g

/**
 * Finds the tests that a document names and that do not exist: files (without `.test.ts`), folders, beginnings of names with `*`
 * behind them, tools, and fuzz targets.
 */
export const checkTestNames = (root: string, document: string): readonly Finding[] => {
  const text = readFileSync(join(root, document), 'utf8')
  const findingAt = (index: number, problem: string): Finding => {
    return { file: document, line: text.slice(0, index).split('\n').length, problem }
  }
  const tests = [...text.matchAll(test)].flatMap(({ index, 1: name = '' }) => {
    const path = name.startsWith('tools/') ? name : `packages/${name}`
    return isThere(join(root, path)) ? [] : [findingAt(index, `there is no test ${name}`)]
  })
  const named = [...text.matchAll(targets)].flatMap(({ index, 1: list = '' }) => {
    const missing = [...list.matchAll(/`([a-z-]+)`/g)].flatMap(([, name = '']) => (hasTarget(root, name) ? [] : [name]))
    return missing.map((name) => findingAt(index, `there is no fuzz target ${name}`))
  })
  return [...tests, ...named]
}

const isThere = (path: string): boolean => {
  if (!path.endsWith('*')) return existsSync(path) || existsSync(`${path}.test.ts`)
  const start = basename(path).slice(0, -1)
  return existsSync(dirname(path)) && readdirSync(dirname(path)).some((name) => name.startsWith(start))
}

const hasTarget = (root: string, name: string): boolean =>
  readdirSync(join(root, 'packages')).some((folder) =>
    existsSync(join(root, 'packages', folder, 'test', 'fuzz', `${name}-target.ts`)),
  )
