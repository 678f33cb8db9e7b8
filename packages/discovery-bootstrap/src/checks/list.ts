import { resolve as absolutePath } from 'node:path'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  type Remedy,
  remedy,
  safeCommand,
  shellText,
} from '@pstorage/discovery-core/checks'
import { formatPath } from '../list/list-source.js'
import type { ListFacts } from './directory-facts.js'

/** The check that the directory of a cluster has a list that can be read. */
export const listCheck: CheckDescription = {
  id: 'bootstrap-list',
  checks: 'each directory of a cluster has a list named bs.list that can be read, inside of the clusters directory',
  levels: ['ok', 'warning', 'error'],
}

/** The check that there is no list under a name that nothing reads. */
export const misnamedListCheck: CheckDescription = {
  id: 'bootstrap-misnamed-list',
  checks: 'no list is named bs_list, which nothing reads',
  levels: ['warning', 'error'],
}

/** Checks the existence and the links of one list. */
export function* checkList({ path, state, fault, linkedTo, isMisnamed }: ListFacts): Iterable<Finding> {
  const subject = formatPath(path)
  if (state === 'unreadable') {
    yield finding(listCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault?.message}`,
      meaning: 'the cluster is known, but its addresses are not',
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
      seen: `is a link into the directory of another cluster, ${formatPath(linkedTo)}`,
      meaning: 'both names lead to the metadata servers of one cluster',
      remedies: lookAt(path),
    })
  } else if (state === 'list') {
    yield finding(listCheck, 'ok', { subject, seen: 'can be read' })
  }
}

/** Checks for a list under the wrong name. */
export function* checkMisnamedList({ path, misnamedPath, isMisnamed, state }: ListFacts): Iterable<Finding> {
  if (!isMisnamed) return
  const isAlone = state === 'no-list'
  yield finding(misnamedListCheck, isAlone ? 'error' : 'warning', {
    subject: formatPath(misnamedPath),
    seen: isAlone ? 'is there, and no bs.list' : 'is there beside bs.list',
    meaning: 'nothing reads it: lists are named bs.list',
    remedies: isAlone
      ? safeCommand('mv', '-nT', absolutePath(misnamedPath), absolutePath(path))
      : moveAside(misnamedPath),
  })
}

function remediesOf(path: string, code: string | undefined): readonly Remedy[] {
  const file = absolutePath(path)
  switch (code) {
    case 'ERR_LIST_MALFORMED':
      // The new file has its name only once it is whole, and the old one stays.
      return commands(
        'root',
        shellText`iconv -f UTF-16 -t ASCII -o ${file}.$(date +%F).ascii ${file} && mv -nT ${file} ${file}.$(date +%F) && mv -nT ${file}.$(date +%F).ascii ${file}`,
      )
    case 'EISDIR':
    case 'ERR_LIST_NOT_A_FILE':
      return [...moveAside(path), remedy({ kind: 'bs.list', place: path, text: '<ADDRESS>:2510' })]
    default:
      return lookAt(path)
  }
}

function moveAside(path: string): readonly Remedy[] {
  const file = absolutePath(path)
  return commands('root', shellText`mv -nT ${file} ${file}.$(date +%F)`)
}

/** Shows every part of the path with its links, owner and mode. What a link chose is never copied or opened to others. */
function lookAt(path: string): readonly Remedy[] {
  return commands('you', shellText`namei -l ${absolutePath(path)}`)
}

/** The check of the mode and the owner of a list. */
export const permissionsCheck: CheckDescription = {
  id: 'bootstrap-permissions',
  checks: 'only root and this user can change a list, and every user can read it',
  levels: ['ok', 'notice', 'warning'],
}

/** Checks the mode and the owner of a list. @param user an owner that is allowed beside root; `undefined` on systems without user ids */
export function* checkPermissions({ path, file }: ListFacts, user: number | undefined): Iterable<Finding> {
  if (file === undefined || user === undefined) return
  const { mode, uid } = file
  const shown = (mode & permissionBits).toString(8).padStart(4, '0')
  const [subject, own] = [formatPath(path), absolutePath(path)]
  const redirects = 'every account that can write it can redirect its readers'
  let isFine = true
  if ((mode & writableByOthers) !== 0) {
    isFine = false
    const seen = `has mode ${shown}: every user can write it`
    yield finding(permissionsCheck, 'warning', {
      subject,
      seen,
      meaning: redirects,
      remedies: closeToOthers(own),
    })
  }
  if (uid !== 0 && uid !== user) {
    isFine = false
    const seen = `belongs to another user (uid ${uid})`
    yield finding(permissionsCheck, 'warning', {
      subject,
      seen,
      meaning: redirects,
      remedies: commands('root', shellText`chown root ${own}`),
    })
  }
  if ((mode & readableByOthers) === 0) {
    isFine = false
    const seen = `has mode ${shown}: not every user can read it`
    const meaning = 'services that do not run as its owner cannot read it'
    yield finding(permissionsCheck, 'notice', {
      subject,
      seen,
      meaning,
      remedies: commands('root', shellText`test -L ${own} || chmod a+r ${own}`),
    })
  }
  const owner = uid === 0 ? 'root' : 'this user'
  if (isFine) yield finding(permissionsCheck, 'ok', { subject, seen: `has mode ${shown}, and belongs to ${owner}` })
}

function closeToOthers(file: string): readonly Remedy[] {
  const text = shellText`chmod o-w ${file}`
  if (text === undefined) return []
  const fix = { kind: 'mode', path: file, clear: writableByOthers } as const
  return [remedy({ kind: 'command', place: 'root', text, fix })]
}

const writableByOthers = 0o002
const readableByOthers = 0o004
const permissionBits = 0o7777
