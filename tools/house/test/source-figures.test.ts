import { describe, expect, it } from 'vitest'
import { formatFigures } from '../src/format-figures.js'
import { commentLines, type SourceFile, sourceFigures } from '../src/source-figures.js'

const file = (path: string, lines: number): SourceFile => ({ path, text: 'code\n'.repeat(lines) })

describe('commentLines', () => {
  it.each([
    ['code', 'const a = 1\n', 0],
    ['a line', '// why\nconst a = 1\n', 1],
    ['a line behind code', 'const a = 1 // why\n', 0],
    ['a block of one line', '/** A. */\nconst a = 1\n', 1],
    ['a block', '/**\n * A.\n *\n * B.\n */\nconst a = 1\n', 5],
    ['a block inside of a block of code', 'if (a) {\n  /* why\n     and why not */\n  b()\n}\n', 2],
    ['the end of a block in a line', '/* a */\n/* b\n*/\n// c */\nd\n', 4],
    ['an empty line', '\n\n', 0],
  ])('counts %s', (_name, text, expected) => {
    expect(commentLines(text)).toBe(expected)
  })
})

describe('sourceFigures', () => {
  it('counts files, lines and comments', () => {
    const figures = sourceFigures([
      { path: 'packages/a/src/a.ts', text: '// a\n// b\nc\nd\n' },
      { path: 'packages/a/src/b.ts', text: 'c\nd' },
    ])
    expect(figures).toMatchObject({ files: 2, lines: 6, commentShare: 2 / 6 })
  })

  it.each([
    ['one', [7], 7, 7],
    ['an even number', [10, 20, 30, 40], 20, 40],
    ['an odd number, in any order', [50, 10, 40, 20, 30], 30, 50],
    ['ten', [1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 5, 9],
  ])('takes median and p90 of %s', (_name, lengths, median, p90) => {
    const sources = lengths.map((lines, index) => file(`packages/a/src/${index}.ts`, lines))
    expect(sourceFigures(sources)).toMatchObject({ median, p90, longest: { lines: Math.max(...lengths) } })
  })

  it('lists folders of more than 12 files, without what is in folders below', () => {
    const folder = (path: string, count: number): readonly SourceFile[] =>
      Array.from({ length: count }, (_, index) => file(`${path}/${index}.ts`, 50))
    const sources = [
      ...folder('packages/a/src', 12),
      ...folder('packages/a/src/b', 13),
      ...folder('packages/c/src', 14),
    ]
    expect(sourceFigures(sources).largeFolders).toEqual([
      { path: 'packages/c/src', files: 14 },
      { path: 'packages/a/src/b', files: 13 },
    ])
  })

  it('lists files under 30 lines, but no index', () => {
    const sources = [
      file('packages/a/src/b.ts', 29),
      file('packages/a/src/c.ts', 30),
      file('packages/a/src/d.ts', 1),
      file('packages/a/src/index.ts', 2),
    ]
    expect(sourceFigures(sources).shortFiles).toEqual([
      { path: 'packages/a/src/d.ts', lines: 1 },
      { path: 'packages/a/src/b.ts', lines: 29 },
    ])
  })
})

describe('formatFigures', () => {
  it('prints a line for each figure, and lists what is out of bounds', () => {
    const figures = sourceFigures([file('packages/a/src/a.ts', 40), file('packages/a/src/b.ts', 10)])
    const from = 'packages/a/src/a.ts'
    const imports = {
      inCircles: [from],
      violations: [
        { from, to: 'b -> a', rule: 'circle', remedy: '' },
        { from, to: 'tools/a/src/a.ts', rule: 'layer a packages', remedy: '' },
      ],
    }
    expect(formatFigures('/root', figures, imports, { executed: 2, loaded: 3 }).split('\n')).toEqual([
      'packages/*/src of /root',
      '',
      'files         2',
      'lines         50',
      'lines a file  median 10, p90 40, longest 40 (packages/a/src/a.ts)',
      'comments      0.0 % of the lines',
      'resolve       executes 2 modules, loads 3',
      'circles       1 files import themselves through others, types included',
      'layers        1 imports against them',
      'folders > 12  0',
      'files < 30    1, without index.ts',
      '',
      'Files under 30 lines',
      '  10 packages/a/src/b.ts',
      '',
      'Files in circles',
      '  packages/a/src/a.ts',
      '',
      'Imports against the layers',
      '  packages/a/src/a.ts -> tools/a/src/a.ts',
    ])
  })
})
