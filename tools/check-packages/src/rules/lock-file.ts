import { parse } from 'yaml'
import { isObject } from '../manifest.js'
import type { Rule, RuleFinding } from '../rule.js'

/** Every installed package comes from the registry, and is octet for octet the one that the lock file names. */
export const lockFile: Rule = {
  id: 'lock-file',
  appliesTo: ['root'],
  check: ({ files }) => {
    const lock: unknown = parse(files.get(file) ?? '')
    const packages = isObject(lock) && isObject(lock.packages) ? Object.entries(lock.packages) : []
    if (packages.length === 0) return [{ file, problem: 'locks no package', remedy: 'run "npx -y pnpm@12 install"' }]
    return packages.flatMap(([id, entry]) => {
      const resolution = isObject(entry) && isObject(entry.resolution) ? entry.resolution : {}
      return [...fromElsewhere(id, resolution), ...knownWeak(id)]
    })
  },
}

const file = 'pnpm-lock.yaml'

const fromElsewhere = (id: string, resolution: Readonly<Record<string, unknown>>): readonly RuleFinding[] => {
  const others = Object.keys(resolution).filter((key) => key !== 'integrity')
  if (others.length > 0) {
    return [{ file, problem: `takes ${id} by ${others.join(' and ')}`, remedy: 'take it from the registry' }]
  }
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(String(resolution.integrity))
    ? []
    : [{ file, problem: `has no SHA-512 of ${id}`, remedy: 'install it anew; a weaker hash is none' }]
}

const knownWeak = (id: string): readonly RuleFinding[] => {
  const [, name = '', version = ''] = /^(.+)@([^@]+)$/.exec(id) ?? []
  const weakness = WEAK[name]
  if (weakness === undefined || !isBelow(version, weakness.fixedIn)) return []
  return [{ file, problem: `locks ${id}: ${weakness.what}`, remedy: `use ${weakness.fixedIn} or later` }]
}

/**
 * Weaknesses in what runs with us, which must not come back in an old version. `pnpm audit` knows all that were published, where the
 * registry tells them.
 */
const WEAK: Readonly<Record<string, { readonly fixedIn: string; readonly what: string }>> = {
  'dns-packet': { fixedIn: '5.2.2', what: 'it sends uninitialized memory for crafted names (GHSA-3wcq-x3mq-6r9p)' },
  dns2: { fixedIn: '3.1.1', what: 'it is unsafe on hostile data' },
}

const isBelow = (version: string, other: string): boolean => {
  const numbers = (text: string): readonly number[] => text.split(/[.-]/, 3).map(Number)
  const difference = numbers(version).map((number, index) => number - (numbers(other)[index] ?? 0))
  return (difference.find((each) => each !== 0) ?? 0) < 0
}
