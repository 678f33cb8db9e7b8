import { join } from 'node:path'
import { clusterNameFault, quoteText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, remedy, shellWord } from '@pstorage/discovery-core/checks'
import { shownPath } from '../list-source.js'
import type { DirectoryFacts, ListFacts } from './list-facts.js'

/** Whether directories can name clusters. */
export const nameCheck: CheckDescription = {
  id: 'bootstrap-name',
  checks: 'every directory with a list has a cluster name, and no two differ in letter case alone',
  levels: ['ok', 'warning', 'error'],
}

/** Looks at the names of all directories. */
export function* checkNames({ path, lists }: DirectoryFacts): Iterable<Finding> {
  const subject = shownPath(path)
  let isFine = true
  for (const { name } of lists) {
    const fault = clusterNameFault(name)
    if (fault === undefined) continue
    isFine = false
    const plain = name.replaceAll('\u2212', '-')
    const goal = clusterNameFault(plain) === undefined ? plain : '<NAME>'
    const text = `mv ${shellWord(join(path, name))} ${shellWord(path)}/${goal}`
    yield finding(nameCheck, 'warning', {
      subject,
      seen: `has a list for ${quoteText(name, { maxLength: 80 })}, which is no cluster name: ${fault}`,
      meaning: 'nothing finds that list',
      remedies: [remedy({ kind: 'command', place: 'root', text })],
    })
  }
  for (const [first, ...others] of spellings(lists)) {
    if (first === undefined || others.length === 0) continue
    isFine = false
    const names = [first, ...others].map(({ name }) => quoteText(name))
    yield finding(nameCheck, 'error', {
      subject,
      seen: `${names.join(' and ')} differ in letter case alone`,
      meaning: 'they are one name to DNS, and in any other spelling neither is found',
      remedies: others.map(({ name }) =>
        remedy({ kind: 'command', place: 'root', text: `rm -r ${shellWord(join(path, name))}` }),
      ),
    })
  }
  if (isFine && lists.length > 0) yield finding(nameCheck, 'ok', { subject, seen: 'all names can be cluster names' })
}

function spellings(lists: readonly ListFacts[]): Iterable<readonly ListFacts[]> {
  const byKey = new Map<string, ListFacts[]>()
  for (const facts of lists) {
    const key = facts.name.toLowerCase()
    byKey.set(key, [...(byKey.get(key) ?? []), facts])
  }
  return byKey.values()
}
