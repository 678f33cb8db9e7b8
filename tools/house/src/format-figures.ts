import type { Imports } from './find-imports.js'
import type { ResolveCoverage } from './resolve-coverage.js'
import { FILE_MINIMUM, FOLDER_LIMIT, type SourceFigures } from './source-figures.js'

/** The figures of a checkout as text, with the files and folders that are out of bounds. */
export function formatFigures(
  root: string,
  { files, lines, median, p90, longest, commentShare, largeFolders, shortFiles }: SourceFigures,
  { inCircles, violations }: Pick<Imports, 'inCircles' | 'violations'>,
  { executed, loaded }: ResolveCoverage,
): string {
  const broken = violations.filter(({ rule }) => rule !== 'circle')
  const rows = [
    ['files', `${files}`],
    ['lines', `${lines}`],
    ['lines a file', `median ${median}, p90 ${p90}, longest ${longest.lines} (${longest.path})`],
    ['comments', `${(commentShare * 100).toFixed(1)} % of the lines`],
    ['resolve', `executes ${executed} modules, loads ${loaded}`],
    ['circles', `${inCircles.length} files import themselves through others, types included`],
    ['layers', `${broken.length} imports against them`],
    [`folders > ${FOLDER_LIMIT}`, `${largeFolders.length}`],
    [`files < ${FILE_MINIMUM}`, `${shortFiles.length}, without index.ts`],
  ].map(([name = '', value = '']) => `${name.padEnd(14)}${value}`)
  const lists = [
    section(`Folders of more than ${FOLDER_LIMIT} files`, largeFolders, ({ path, files }) => `${files} ${path}`),
    section(`Files under ${FILE_MINIMUM} lines`, shortFiles, ({ path, lines }) => `${lines} ${path}`),
    section('Files in circles', inCircles, (path) => path),
    section('Imports against the layers', broken, ({ from, to }) => `${from} -> ${to}`),
  ]
  return [`packages/*/src of ${root}`, '', ...rows, ...lists.flat()].join('\n')
}

function section<T>(title: string, entries: readonly T[], format: (entry: T) => string): readonly string[] {
  return entries.length === 0 ? [] : ['', title, ...entries.map((entry) => `  ${format(entry)}`)]
}
