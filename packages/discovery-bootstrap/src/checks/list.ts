import {
  type CheckDescription,
  type Finding,
  finding,
  type Remedy,
  remedy,
  shellWord,
} from '@pstorage/discovery-core/checks'
import { shownPath } from '../list-source.js'
import type { ListFacts } from './list-facts.js'

/** Whether the cluster of a directory has a list that can be read. */
export const listCheck: CheckDescription = {
  id: 'bootstrap-list',
  checks: 'each directory of a cluster has a list named bs.list that can be read, inside of the clusters directory',
  levels: ['ok', 'warning', 'error'],
}

/** Whether there is a list under a name that nothing reads. */
export const misnamedListCheck: CheckDescription = {
  id: 'bootstrap-misnamed-list',
  checks: 'no list is named bs_list, which nothing reads',
  levels: ['warning', 'error'],
}

/** Looks at the place of one list. */
export function* checkList({ path, state, fault, linkedTo, isMisnamed }: ListFacts): Iterable<Finding> {
  const subject = shownPath(path)
  if (state === 'unreadable') {
    yield finding(listCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault?.message}`,
      meaning: 'the cluster is known, and nobody learns its addresses from here',
      remedies: remediesOf(path, fault?.code),
      checked: fault?.status !== 'unavailable',
    })
  } else if (state === 'no-list' && !isMisnamed) {
    yield finding(listCheck, 'warning', {
      subject,
      seen: 'is not there, although the directory of the cluster is',
      meaning: 'the cluster counts as known without addresses, unless another source has them',
      remedies: [remedy({ kind: 'bs.list', place: path, text: '<ADDRESS>:2510' })],
    })
  } else if (linkedTo !== undefined) {
    yield finding(listCheck, 'warning', {
      subject,
      seen: `is a link into the directory of another cluster, ${shownPath(linkedTo)}`,
      meaning: 'both names lead to the metadata servers of one cluster',
      remedies: [remedy({ kind: 'command', place: 'root', text: copyOf(path) })],
    })
  } else if (state === 'list') {
    yield finding(listCheck, 'ok', { subject, seen: 'can be read' })
  }
}

/** Looks for a list of the wrong name. */
export function* checkMisnamedList({ path, misnamedPath, isMisnamed, state }: ListFacts): Iterable<Finding> {
  if (!isMisnamed) return
  const [from, to] = [shellWord(misnamedPath), shellWord(path)]
  const isAlone = state === 'no-list'
  yield finding(misnamedListCheck, isAlone ? 'error' : 'warning', {
    subject: shownPath(misnamedPath),
    seen: isAlone ? 'is there, and no bs.list' : 'is there beside bs.list',
    meaning: 'nothing reads it: lists are named bs.list',
    remedies: [remedy({ kind: 'command', place: 'root', text: isAlone ? `mv ${from} ${to}` : `rm ${from}` })],
  })
}

function copyOf(path: string): string {
  const word = shellWord(path)
  return `cp --remove-destination "$(readlink -f ${word})" ${word}`
}

function remediesOf(path: string, code: string | undefined): readonly Remedy[] {
  const word = shellWord(path)
  const command = (text: string) => [remedy({ kind: 'command', place: 'root', text })]
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return command(`chmod a+r ${word}`)
    case 'ERR_LIST_OUTSIDE':
      return command(copyOf(path))
    case 'ERR_LIST_MALFORMED':
      return command(`iconv -f UTF-16 -t ASCII ${word} -o ${word}.new && mv ${word}.new ${word}`)
    case 'EISDIR':
    case 'ENOENT':
    case 'ELOOP':
    case 'ERR_LIST_NOT_A_FILE':
      return command(`rm -r ${word} && echo '<ADDRESS>:2510' >${word}`)
    default:
      return command(`ls -l ${word}`)
  }
}
