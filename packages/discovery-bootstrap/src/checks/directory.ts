import type { ClusterName } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, remedy, shellWord } from '@pstorage/discovery-core/checks'
import { shownPath } from '../list-source.js'
import type { DirectoryFacts } from './list-facts.js'

/** Whether the clusters directories can be read. */
export const directoryCheck: CheckDescription = {
  id: 'bootstrap-directory',
  checks: 'each clusters directory that is there can be read',
  levels: ['ok', 'notice', 'error'],
}

/** Says so of one directory. One that is not there is as it should be: lists are not configured. */
export function* checkDirectory(
  { path, state, fault, lists, isCut }: DirectoryFacts,
  wanted: ClusterName | undefined,
): Iterable<Finding> {
  const subject = shownPath(path)
  if (state === 'absent') {
    yield finding(directoryCheck, 'ok', { subject, seen: 'is not there: no lists are configured here' })
    return
  }
  if (state === 'unusable') {
    yield finding(directoryCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault?.message}`,
      meaning: 'nobody can tell which clusters have lists here',
      remedies: [remedyOf(path, fault?.code)],
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

function remedyOf(path: string, code: string | undefined) {
  const word = shellWord(path)
  const text = code === 'EACCES' || code === 'EPERM' ? `chmod a+rx ${word}` : `ls -ld ${word}`
  return remedy({ kind: 'command', place: 'root', text })
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
