import { parse } from 'yaml'
import { isObject } from '../manifest.js'
import type { Rule } from '../rule.js'

/** An installation runs no scripts, and takes no version of the last three days. */
export const installPolicy: Rule = {
  id: 'install-policy',
  appliesTo: ['root'],
  check: ({ files }) => {
    const read: unknown = parse(files.get(file) ?? '')
    const settings = isObject(read) ? read : {}
    return [
      ...(settings.strictDepBuilds === true
        ? []
        : [{ file, problem: 'does not refuse build scripts', remedy: 'set strictDepBuilds: true' }]),
      ...ALLOWING.filter((key) => settings[key] !== undefined).map((key) => ({
        file,
        problem: `lets packages run code at install time (${key})`,
        remedy: 'find one that needs none',
      })),
      ...(Number(settings.minimumReleaseAge) >= MINUTES
        ? []
        : [{ file, problem: 'takes versions of the same day', remedy: `set minimumReleaseAge: ${MINUTES} or more` }]),
    ]
  },
}

const file = 'pnpm-workspace.yaml'
/** Three days: most versions that were taken over by others are withdrawn within hours. */
const MINUTES = 3 * 24 * 60
const ALLOWING = ['allowBuilds', 'onlyBuiltDependencies', 'dangerouslyAllowAllBuilds']
