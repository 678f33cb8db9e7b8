import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optionNames, optionTable } from '../src/args/option-table.js'
import { commandTable } from '../src/commands/command-table.js'
import { commonExitCodes } from '../src/exit-codes.js'

const page = readFileSync(new URL('../man/pstorage-discovery.1', import.meta.url), 'utf8')
const codes = [
  ...new Set(
    [commonExitCodes, ...commandTable.map(({ exitCodes }) => exitCodes)].flatMap((table) => Object.keys(table)),
  ),
]
const names = commandTable.map(({ name }) => name)
const lines = page.split('\n')

/** Everything that the options of the page are called: `c`, `-cluster`. */
const documented = lines
  .filter((line) => /^\.It Fl /.test(line))
  .flatMap((line) => [...line.matchAll(/\bFl (\S+)/g)].map(([, spelling]) => spelling))

describe.each(['pstorage-discovery.1', 'pstorage-discovery.7'])('%s', (name) => {
  it('has no header of BSD', () => {
    const text = readFileSync(new URL(`../man/${name}`, import.meta.url), 'utf8')
    expect(text).toMatch(/^\.ds doc-volume-operating-system\n\.Dt .*\n\.Os pstorage-discovery\n/m)
  })
})

describe('pstorage-discovery(1)', () => {
  it.each(names)('has %s among the commands', (command) => {
    expect(lines.filter((line) => new RegExp(`^\\.It Cm ${command}\\b`).test(line))).not.toEqual([])
  })

  it.each(names)('has %s in the synopsis', (command) => {
    const synopsis = page.slice(page.indexOf('.Sh SYNOPSIS'), page.indexOf('.Sh DESCRIPTION'))
    expect(synopsis).toMatch(new RegExp(`^\\.Cm ${command}\\b`, 'm'))
  })

  it.each(optionNames)('describes --%s', (name) => {
    const { short } = optionTable[name]
    expect(documented).toContain(`-${name}`)
    if (short !== undefined) expect(documented).toContain(short)
  })

  it('describes no option that is not there', () => {
    const known = optionNames.flatMap((name) => [`-${name}`, optionTable[name].short ?? `-${name}`])
    expect(documented.filter((spelling) => !known.includes(spelling ?? ''))).toEqual([])
  })
})

describe('README.md', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  const cells = readme.split('\n').filter((line) => line.startsWith('| `-'))

  it.each(names)('shows %s', (command) => {
    expect(readme).toContain(`pstorage-discovery ${command}`)
  })

  it.each(optionNames)('describes --%s', (name) => {
    const { short, value } = optionTable[name]
    const spelling = `\`${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '`' : ' '}`
    expect(cells.filter((cell) => cell.includes(spelling))).not.toEqual([])
  })

  it('names every format', () => {
    const formats = new Set(commandTable.flatMap(({ formats: ofCommand = [] }) => ofCommand))
    for (const format of formats) expect(readme).toContain(`\`${format}\``)
  })

  it.each(codes)('says what exit status %s is', (code) => {
    const items = page
      .slice(page.indexOf('.Sh EXIT STATUS'))
      .split('\n')
      .filter((line) => line.startsWith('.It '))
    expect(items.flatMap((line) => line.match(/\d+/g) ?? [])).toContain(code)
  })
})
