import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))
const pages = readdirSync(folder('man'))
const units = readdirSync(folder('systemd'))

/** The output and exit code of a checker; it fails where the program is not installed. */
function checked(program: string, args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  return { code: status, said: stdout + stderr }
}

/** A copy of a unit that starts a program which every system has, since the command itself is not installed. */
function startable(unit: string): string {
  const place = mkdtempSync(join(tmpdir(), 'units-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  const text = readFileSync(join(folder('systemd'), unit), 'utf8')
  const path = join(place, unit.replace('@', '@my-cluster'))
  writeFileSync(path, text.replace('=/usr/bin/pstorage-discovery ', '=/bin/echo '))
  return path
}

describe('the manual', () => {
  it.each(pages)('%s has nothing that mandoc minds', (page) => {
    const { said } = checked('mandoc', ['-T', 'lint', join(folder('man'), page)])
    // Which manuals of others can be found depends on what is installed. Without a system, the page is one of BSD.
    const accepted = /manual not found|operating system explicitly specified/
    const findings = said.split('\n').filter((line) => /: [A-Z]+: /.test(line) && !accepted.test(line))
    expect(findings).toEqual([])
  })

  it('would not pass with a mistake', () => {
    const place = mkdtempSync(join(tmpdir(), 'manual-'))
    onTestFinished(() => rmSync(place, { recursive: true }))
    writeFileSync(
      join(place, 'wrong.1'),
      '.Dd November 26, 2026\n.Dt WRONG 1\n.Os\n.Sh NAME\n.Nm wrong\n.Nd a page\n.Bx\n.El\n',
    )
    expect(checked('mandoc', ['-T', 'lint', join(place, 'wrong.1')]).said).toMatch(/wrong\.1:\d+:\d+: [A-Z]+: /)
  })

  it('has both of its pages', () => {
    expect(pages.toSorted()).toEqual(['pstorage-discovery.1', 'pstorage-discovery.7'])
  })
})

describe('the units', () => {
  it.each(units)('%s can be loaded by systemd', (unit) => {
    expect(checked('systemd-analyze', ['verify', '--man=no', startable(unit)])).toEqual({ code: 0, said: '' })
  })

  it.each(units)('%s is exposed to less than 1.5 of 10', (unit) => {
    const { code, said } = checked('systemd-analyze', ['security', '--offline=yes', '--threshold=15', startable(unit)])
    expect(said).toContain('Overall exposure level')
    expect(code).toBe(0)
  })
})
