import type { CheckGroup } from '@pstorage/discovery-cli/checks'

/** The document that lists all checks. */
export const CHECKS_DOCUMENT = 'docs/checks.md'
const BEGIN = '<!-- The tables are generated: node tools/check-docs/dist/main.js --write -->'
const END = '<!-- End of the tables. -->'

const headings: Readonly<Record<string, string>> = {
  host: 'This host',
  dns: 'DNS',
  bootstrap: 'Bootstrap lists',
  zeroconf: 'Zeroconf',
  clusters: 'Sources and metadata servers',
}

/** The document with tables of these checks in the place of those that it has. @throws Error where it has no place for them */
export const withTables = (document: string, groups: readonly CheckGroup[]): string => {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (start < 0 || end < start) throw new Error(`${CHECKS_DOCUMENT} has no place for the tables: ${BEGIN} ... ${END}`)
  return `${document.slice(0, start)}${BEGIN}\n\n${groups.map(tableOf).join('\n')}\n${document.slice(end)}`
}

const tableOf = ({ title, checks }: CheckGroup): string => {
  const rows = checks.map(({ id, checks: holds, levels, follows = [] }) => {
    const causes = follows.map((each) => `\`${each}\``).join(', ')
    return `| \`${id}\` | ${cell(holds)} | ${levels.join(', ')} | ${causes} |`
  })
  const head = ['| check | is fine when | levels | may follow from |', '|---|---|---|---|']
  return [`## ${headings[title] ?? title}`, '', ...head, ...rows, ''].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
