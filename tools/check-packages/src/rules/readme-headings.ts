import { SCOPE } from '../manifest.js'
import type { Rule, RuleFinding } from '../rule.js'

/** Every README has the same chapters in the same order, and may have more between them. */
export const readmeHeadings: Rule = {
  id: 'readme-headings',
  appliesTo: ['package'],
  check: ({ directory, files }) => {
    const text = files.get(file)
    if (text === undefined) return [{ file, problem: 'is missing', remedy: `write it: ${HEADINGS.join(', ')}` }]
    const lines = linesOutsideCode(text)
    const findings: RuleFinding[] = []
    if (lines[0] !== `# ${SCOPE}${directory}`) {
      findings.push({ file, problem: 'does not begin with its name', remedy: `begin with "# ${SCOPE}${directory}"` })
    }
    if (!lines.includes(`## ${ANYWHERE}`)) {
      findings.push({ file, problem: `lacks "## ${ANYWHERE}"`, remedy: 'add it' })
    }
    let last = -1
    for (const heading of HEADINGS) {
      const place = lines.indexOf(`## ${heading}`)
      if (place === -1) findings.push({ file, problem: `lacks "## ${heading}"`, remedy: 'add it' })
      else if (place < last) {
        findings.push({ file, problem: `"## ${heading}" is out of order`, remedy: `order: ${HEADINGS.join(', ')}` })
      }
      last = Math.max(last, place)
    }
    return findings
  },
}

const file = 'README.md'

const HEADINGS = ['Install', 'Use', 'API', 'Limits', 'Compatibility', 'Security', 'License']

/** Stands before the first example or after it. */
const ANYWHERE = 'When should I use this?'

const linesOutsideCode = (text: string): readonly string[] => text.replace(/^```[\s\S]*?^```/gm, '').split('\n')
