import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const idsOf = (text: string): readonly string[] => text.match(/\b(?:DNS|TCP|AX|TXT|SRV)-[1-9]\d*\b/g) ?? []

const documented = new Set(
  readFileSync(join(here, '../docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => idsOf(line.split('|')[1] ?? '')),
)
const tested = new Set(
  readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => idsOf(readFileSync(join(here, file), 'utf8'))),
)

describe('docs/faults.md', () => {
  it('claims nothing that no test carries in its name', () => {
    expect(documented.size).toBeGreaterThan(80)
    expect([...documented].filter((id) => !tested.has(id))).toEqual([])
  })
})
