import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type EntryPoint, entryPoints } from './entry-points.js'
import { extractReport } from './extract-report.js'

/** Writes reports that are out of date again (`update`), or reports them as faults (`check`). */
export type Treatment = 'check' | 'update'

/** Compares the reports in the repository below `root` with what is exported, and gives what is wrong, in words. */
export const checkReports = (root: string, treatment: Treatment): readonly string[] => {
  const entries = entryPoints(root)
  const place = mkdtempSync(join(tmpdir(), 'api-report-'))
  try {
    const extracted = entries.map((entry) => ({ entry, ...extractReport(root, entry, place) }))
    return [
      ...extracted.flatMap(({ entry, faults }) => {
        const siblings = extracted.filter((other) => other.entry.folder === entry.folder)
        // What another entry point of the package exports, everybody can name.
        const isNamed = (symbol: string): boolean => siblings.some(({ text }) => exportOf(symbol).test(text))
        return faults.flatMap(({ text, missing }) => (missing !== undefined && isNamed(missing) ? [] : [text]))
      }),
      ...extracted.flatMap(({ entry, text }) => compareReport(root, entry, text, treatment)),
      ...strayReports(root, entries, treatment),
    ]
  } finally {
    rmSync(place, { recursive: true })
  }
}

const exportOf = (symbol: string): RegExp =>
  new RegExp(`^export (?:abstract )?(?:class|const|function|interface|type) ${symbol}\\b`, 'm')

const compareReport = (root: string, entry: EntryPoint, text: string, treatment: Treatment): readonly string[] => {
  const report = pathOf(entry)
  const path = join(root, report)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return []
  if (treatment === 'check') return [`${report}: what the package exports has changed; ${REMEDY}`]
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return []
}

const strayReports = (root: string, entries: readonly EntryPoint[], treatment: Treatment): readonly string[] => {
  const known = entries.map(pathOf)
  return [...new Set(entries.map(({ folder }) => `${folder}/api`))]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((report) => !known.includes(report))
    .flatMap((report) => {
      if (treatment === 'check') return [`${report}: there is no such entry point; ${REMEDY}`]
      rmSync(join(root, report))
      return []
    })
}

const pathOf = ({ folder, name }: EntryPoint): string => `${folder}/api/${name}.md`

const REMEDY = 'run "pnpm api:update", look at the difference, and commit it'
