import { type CheckDescription, type Finding, finding, remedy, shellWord } from '@pstorage/discovery-core/checks'
import { shownPath } from '../list-source.js'
import type { ListFacts } from './list-facts.js'

/** Who can change a list. */
export const permissionsCheck: CheckDescription = {
  id: 'bootstrap-permissions',
  checks: 'nobody but root and this user can change a list, and everybody can read it',
  levels: ['ok', 'notice', 'warning'],
}

/** @param user whose list it may be beside root's; `undefined` on systems without user ids */
export function* checkPermissions({ path, file }: ListFacts, user: number | undefined): Iterable<Finding> {
  if (file === undefined || user === undefined) return
  const { mode, uid } = file
  const shown = (mode & permissionBits).toString(8).padStart(4, '0')
  const [subject, word] = [shownPath(path), shellWord(path)]
  const command = (text: string) => [remedy({ kind: 'command', place: 'root', text })]
  const redirects = 'who can write it can redirect its readers'
  let isFine = true
  if ((mode & writableByOthers) !== 0) {
    isFine = false
    const seen = `has mode ${shown}: everybody can write it`
    yield finding(permissionsCheck, 'warning', {
      subject,
      seen,
      meaning: redirects,
      remedies: command(`chmod o-w ${word}`),
    })
  }
  if (uid !== 0 && uid !== user) {
    isFine = false
    const seen = `belongs to user ${uid}`
    yield finding(permissionsCheck, 'warning', {
      subject,
      seen,
      meaning: redirects,
      remedies: command(`chown root ${word}`),
    })
  }
  if ((mode & readableByOthers) === 0) {
    isFine = false
    const seen = `has mode ${shown}: not everybody can read it`
    const meaning = 'services that do not run as its owner cannot ask here'
    yield finding(permissionsCheck, 'notice', { subject, seen, meaning, remedies: command(`chmod a+r ${word}`) })
  }
  if (isFine) yield finding(permissionsCheck, 'ok', { subject, seen: `has mode ${shown}, and belongs to user ${uid}` })
}

const writableByOthers = 0o002
const readableByOthers = 0o004
const permissionBits = 0o7777
