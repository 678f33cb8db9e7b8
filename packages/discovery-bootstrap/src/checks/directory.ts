import { resolve as absolutePath, join } from 'node:path'
import { type ClusterName, clusterNameFault, quoteText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  type Remedy,
  safeCommand,
  shellText,
} from '@pstorage/discovery-core/checks'
import { formatPath } from '../list/list-source.js'
import type { DirectoryFacts, ListFacts } from './directory-facts.js'

/** The check that the clusters directories can be read. */
export const directoryCheck: CheckDescription = {
  id: 'bootstrap-directory',
  checks: 'each clusters directory that is there can be read',
  levels: ['ok', 'notice', 'error'],
}

/** Checks one directory. A missing default directory is no fault: lists are not configured. */
export function* checkDirectory(
  { path, state, fault, lists, isCut }: DirectoryFacts,
  wanted: ClusterName | undefined,
): Iterable<Finding> {
  const subject = formatPath(path)
  if (state === 'absent') {
    yield finding(directoryCheck, 'ok', { subject, seen: 'is not there: no lists are configured here' })
    return
  }
  if (state === 'unusable') {
    yield finding(directoryCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault?.message}`,
      meaning: 'the clusters that have lists here are not known',
      remedies: commands('you', shellText`namei -l ${absolutePath(path)}`),
      checked: false,
    })
    return
  }
  const ofWanted = lists.length === 0 ? `and has no list of ${wanted}` : `and has ${wanted}`
  const seen = wanted === undefined ? `can be read: ${counted(lists.length, 'cluster')}` : `can be read, ${ofWanted}`
  yield finding(directoryCheck, 'ok', { subject, seen })
  if (!isCut) return
  yield finding(directoryCheck, 'notice', {
    subject,
    seen: `has more than ${lists.length} clusters; the lists of the others were not looked at`,
    meaning: 'faults in them are not shown',
    checked: false,
  })
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The check that directories have the names of clusters. */
export const nameCheck: CheckDescription = {
  id: 'bootstrap-name',
  checks: 'every directory with a list has a cluster name, and no two differ in letter case alone',
  levels: ['ok', 'warning', 'error'],
}

/** Checks the names of all directories. */
export function* checkNames({ path, lists }: DirectoryFacts): Iterable<Finding> {
  const subject = formatPath(path)
  let isFine = true
  for (const { name } of lists) {
    const fault = clusterNameFault(name)
    if (fault === undefined) continue
    isFine = false
    const plain = name.replaceAll('\u2212', '-')
    yield finding(nameCheck, 'warning', {
      subject,
      seen: `has a list for ${quoteText(name, { maxLength: 80 })}, which is no cluster name: ${fault}`,
      meaning: 'nothing finds that list',
      remedies:
        clusterNameFault(plain) === undefined
          ? safeCommand('mv', '-nT', folderOf(path, name), folderOf(path, plain))
          : commands('you', shellText`ls -la ${folderOf(path, name)}`),
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
      remedies: caseRemedies(path, [first, ...others]),
    })
  }
  if (isFine && lists.length > 0) yield finding(nameCheck, 'ok', { subject, seen: 'all names can be cluster names' })
}

/** Shows the lists with their dates; then any one of the directories can be moved aside, under a name that nothing reads. */
function caseRemedies(path: string, lists: readonly ListFacts[]): readonly Remedy[] {
  const looks = lists.map((list) => {
    const file = absolutePath(list.path)
    return shellText`ls -l --full-time ${file}; cat -v ${file}`
  })
  const look = looks.every((each) => each !== undefined) ? looks.join('\n') : undefined
  const moves = lists.map(({ name }) => {
    return shellText`mv -nT ${folderOf(path, name)} ${folderOf(path, `.${name}`)}.$(date +%F)`
  })
  return [...commands('you', look), ...commands('root', ...moves)]
}

function folderOf(path: string, name: string): string {
  return absolutePath(join(path, name))
}

function spellings(lists: readonly ListFacts[]): Iterable<readonly ListFacts[]> {
  const byKey = new Map<string, ListFacts[]>()
  for (const facts of lists) {
    const key = facts.name.toLowerCase()
    byKey.set(key, [...(byKey.get(key) ?? []), facts])
  }
  return byKey.values()
}
