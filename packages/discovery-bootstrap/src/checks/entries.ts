import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  remedy,
} from '@pstorage/discovery-core/checks'
import { type BootstrapList, type BootstrapListWarning, parseBootstrapList } from '../bootstrap-list.js'
import { shownPath } from '../list-source.js'
import type { ListFacts } from './list-facts.js'
import { mendedLine } from './mended-line.js'

/** Whether every entry of a list can be used. */
export const syntaxCheck: CheckDescription = {
  id: 'bootstrap-syntax',
  checks: 'every entry of a list is an address with a port, and comments have lines of their own',
  levels: ['ok', 'warning', 'error'],
}

/** Whether the addresses of a list can be those of metadata servers. */
export const addressCheck: CheckDescription = {
  id: 'bootstrap-address',
  checks: 'every address of a list is one that other hosts can reach',
  levels: ['notice', 'error'],
}

/** How many lines of one list are spoken of one by one. */
const maxFindings = 20

/** Reads a list, and says what is wrong with its lines. */
export function* checkEntries({ path, file }: ListFacts): Iterable<Finding> {
  if (file === undefined) return
  const list = parseBootstrapList(file.text, { file: path })
  const subject = shownPath(path)
  const lines = linesOf(file.text)
  const wrong = list.warnings.slice(0, maxFindings)
  for (const warning of wrong) yield findingOf(warning, { path, lines, list })
  if (list.warnings.length > wrong.length) {
    const seen = `has ${list.warnings.length - wrong.length} more lines like these`
    yield finding(syntaxCheck, 'warning', { subject, seen, meaning: 'mend the ones above first' })
  }
  if (list.entries.length === 0) {
    yield finding(syntaxCheck, 'error', {
      subject,
      seen: 'has no entry that can be used',
      meaning: 'the cluster is known, and nobody learns its addresses from here',
      remedies: [remedy({ kind: 'bs.list', place: path, text: '<ADDRESS>:2510' })],
    })
  } else if (list.warnings.length === 0) {
    const count = list.entries.length
    yield finding(syntaxCheck, 'ok', { subject, seen: `has ${count} good ${count === 1 ? 'entry' : 'entries'}` })
  }
}

interface ReadList {
  readonly path: string
  readonly lines: readonly string[]
  readonly list: BootstrapList
}

function findingOf({ code, message, line, column }: BootstrapListWarning, { path, lines }: ReadList): Finding {
  const text = lines[line - 1] ?? ''
  const place = `${shownPath(path)}:${line}`
  const subject = `${place}:${column}`
  // The messages begin with the place, which is the subject here.
  const seen = message.slice(message.indexOf(': ') + 2)
  const remedies = [remedy({ kind: 'bs.list', place: path, replaces: text, text: mendedLine(text) })]
  const about = (level: FindingLevel, meaning: string, check: CheckDescription = syntaxCheck): Finding =>
    finding(check, level, { subject, seen, meaning, remedies })
  switch (code) {
    case 'bootstrap-address-refused':
      return about('error', 'no metadata server can be there, so the entry is ignored', addressCheck)
    case 'bootstrap-address-local':
      return finding(addressCheck, 'notice', {
        subject,
        seen,
        meaning: 'it serves this host or this link alone',
      })
    case 'bootstrap-comment-trailing':
      return about('warning', 'a reader that knows comments by their first column takes it for entries')
    case 'bootstrap-too-many-entries':
      return finding(syntaxCheck, 'warning', { subject, seen, meaning: 'what comes after it is not read' })
    default:
      return about('warning', 'the entry is ignored')
  }
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
}
