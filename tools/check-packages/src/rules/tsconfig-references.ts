import { installedWith, isObject, SCOPE } from '../manifest.js'
import { referencesIn } from '../read-workspace.js'
import type { Rule, RuleFinding } from '../rule.js'

/** A package is built after exactly what it depends on, with the settings of all. */
export const tsconfigReferences: Rule = {
  id: 'tsconfig-references',
  appliesTo: ['package'],
  check: ({ manifest, files }) => {
    const text = files.get(file)
    if (text === undefined) return [{ file, problem: 'is missing', remedy: `extend ${BASE} in it` }]
    const config: unknown = JSON.parse(text)
    const actual = referencesIn(text).toSorted()
    const expected = installedWith(manifest)
      .filter((name) => name.startsWith(SCOPE))
      .map((name) => `../${name.slice(SCOPE.length)}`)
      .toSorted()
    const findings: RuleFinding[] = []
    if (!isObject(config) || config.extends !== BASE) {
      findings.push({ file, problem: `does not extend ${BASE}`, remedy: 'settings are made in one place' })
    }
    if (actual.join() !== expected.join()) {
      const problem = `references ${actual.join(', ') || 'nothing'}`
      findings.push({ file, problem, remedy: `its dependencies are ${expected.join(', ') || 'none'}` })
    }
    return findings
  },
}

const file = 'tsconfig.json'
const BASE = '../../tsconfig.base.json'
