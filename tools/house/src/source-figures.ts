import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One source file of a package. */
export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

/** Figures of the sources of all packages. */
export interface SourceFigures {
  readonly files: number
  readonly lines: number
  /** Lines of the file in the middle. */
  readonly median: number
  /** Lines of the file that is longer than nine in ten. */
  readonly p90: number
  readonly longest: FileLength
  /** Folders with more files than {@link FOLDER_LIMIT}, longest first. */
  readonly largeFolders: readonly { readonly path: string; readonly files: number }[]
  /** Files of fewer lines than {@link FILE_MINIMUM}, shortest first; without `index.ts`. */
  readonly shortFiles: readonly FileLength[]
  /** Share of the lines that are comments and nothing else, from 0 to 1. */
  readonly commentShare: number
}

/** A file and its number of lines. */
export interface FileLength {
  readonly path: string
  readonly lines: number
}

/** Source files that a folder may hold. */
export const FOLDER_LIMIT = 12

/** Lines below which a file is to be merged into its importer, unless it is a word of the domain or a command's spec. */
export const FILE_MINIMUM = 30

/** Reads `packages/<name>/src` of a checkout. Throws where there is no package. */
export function readSources(root: string): readonly SourceFile[] {
  return readdirSync(join(root, 'packages'))
    .flatMap((name) => typescriptBelow(root, `packages/${name}/src`))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Counts lines, folders and comments. */
export function sourceFigures(sources: readonly SourceFile[]): SourceFigures {
  const lengths = sources.map(({ path, text }) => ({ path, lines: linesOf(text).length })).toSorted(byLines)
  const lines = lengths.reduce((sum, file) => sum + file.lines, 0)
  const comments = sources.reduce((sum, { text }) => sum + commentLines(text), 0)
  return {
    files: lengths.length,
    lines,
    median: percentile(lengths, 0.5),
    p90: percentile(lengths, 0.9),
    longest: lengths.at(-1) ?? { path: '', lines: 0 },
    largeFolders: folderSizes(sources).filter(({ files }) => files > FOLDER_LIMIT),
    shortFiles: lengths.filter(({ path, lines }) => lines < FILE_MINIMUM && !path.endsWith('/index.ts')),
    commentShare: lines === 0 ? 0 : comments / lines,
  }
}

/** Counts the lines that hold a comment and no code. */
export function commentLines(text: string): number {
  let isInside = false
  let count = 0
  for (const line of linesOf(text).map((line) => line.trim())) {
    const isComment = isInside || line.startsWith('//') || line.startsWith('/*')
    if (isComment) count += 1
    if (isInside || line.startsWith('/*')) isInside = !line.includes('*/')
  }
  return count
}

function typescriptBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return typescriptBelow(root, path)
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : []
  })
}

function folderSizes(sources: readonly SourceFile[]): SourceFigures['largeFolders'] {
  const sizes = new Map<string, number>()
  for (const { path } of sources) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1)
  return [...sizes].map(([path, files]) => ({ path, files })).toSorted((left, right) => right.files - left.files)
}

/** The nearest rank: the smallest length that at least this share of the files do not exceed. */
function percentile(sorted: readonly FileLength[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]?.lines ?? 0
}

const byLines = (left: FileLength, right: FileLength): number =>
  left.lines - right.lines || (left.path < right.path ? -1 : 1)

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n')
