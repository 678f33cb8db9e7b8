import { describe, expect, it } from 'vitest'
import { withTables } from '../src/checks-table.js'

const place = (text: string): string =>
  `before\n<!-- The tables are generated: node tools/check-docs/dist/main.js --write -->\n${text}<!-- End of the tables. -->\nafter\n`
const groups = [
  { title: 'dns', checks: [{ id: 'dns-x', checks: 'a | b', levels: ['ok', 'error'] as const }] },
  { title: 'host', checks: [] },
]

describe('the tables of checks', () => {
  it('stand in their place, and what is around them stays', () => {
    const document = withTables(place('old\n'), groups)
    expect(document).toContain('| `dns-x` | a \\| b | ok, error |')
    expect(document).not.toContain('old')
    expect(document.startsWith('before\n')).toBe(true)
    expect(document.endsWith('after\n')).toBe(true)
  })

  it('stay as they are when they are made again', () => {
    const document = withTables(place(''), groups)
    expect(withTables(document, groups)).toBe(document)
  })

  it('need a place', () => {
    expect(() => withTables('nothing here', groups)).toThrow('no place')
  })
})
