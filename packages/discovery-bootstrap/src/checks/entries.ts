import { resolve as absolutePath } from 'node:path'
import { canonicalAddress, DEFAULT_MDS_PORT, formatEndpoint } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  type Fix,
  finding,
  remedy,
} from '@pstorage/discovery-core/checks'
import { parseBootstrapList } from '../list/bootstrap-list.js'
import type { BootstrapListWarning } from '../list/list-reader.js'
import { formatPath } from '../list/list-source.js'
import type { ListFacts } from './directory-facts.js'

/** The check that every entry of a list can be used. */
export const syntaxCheck: CheckDescription = {
  id: 'bootstrap-syntax',
  checks: 'every entry of a list is an address with a port, and comments have lines of their own',
  levels: ['ok', 'warning', 'error'],
}

/** The check that the addresses of a list can be those of metadata servers. */
export const addressCheck: CheckDescription = {
  id: 'bootstrap-address',
  checks: 'every address of a list is one that other hosts can reach',
  levels: ['notice', 'error'],
}

/** The most findings about single lines of one list. */
const maxFindings = 20

/** Checks the lines of a list. */
export function* checkEntries({ path, file }: ListFacts): Iterable<Finding> {
  if (file === undefined) return
  const list = parseBootstrapList(file.text, { file: path })
  const subject = formatPath(path)
  const lines = linesOf(file.text)
  const wrong = list.warnings.slice(0, maxFindings)
  for (const warning of wrong) yield findingOf(warning, path, { lines, isUsable: list.entries.length > 0 })
  if (list.warnings.length > wrong.length) {
    const seen = `has ${list.warnings.length - wrong.length} more lines like these`
    yield finding(syntaxCheck, 'warning', { subject, seen, meaning: 'fix the ones above first' })
  }
  if (list.entries.length === 0 && wrong.length === 0) {
    yield finding(syntaxCheck, 'error', {
      subject,
      seen: 'has no entry that can be used',
      meaning: 'the cluster is known, but its addresses are not',
      remedies: [remedy({ kind: 'bs.list', place: path, text: '<ADDRESS>:2510' })],
    })
  } else if (list.warnings.length === 0) {
    const count = list.entries.length
    yield finding(syntaxCheck, 'ok', { subject, seen: `has ${count} good ${count === 1 ? 'entry' : 'entries'}` })
  }
}

function findingOf(
  { code, message, line, column }: BootstrapListWarning,
  path: string,
  { lines, isUsable }: { readonly lines: readonly string[]; readonly isUsable: boolean },
): Finding {
  const text = lines[line - 1] ?? ''
  const subject = `${formatPath(path)}:${line}:${column}`
  // The messages begin with the position, which is the subject here.
  const seen = message.slice(message.indexOf(': ') + 2)
  const corrections = new Set([correctLine(text), correctLine(text, 'port')])
  const remedies = [...corrections].map((line) => {
    const isSafe = corrections.size === 1 && isCertain(text, line)
    const fix: Fix | null = isSafe ? { kind: 'edit', path: absolutePath(path), replaces: text, text: line } : null
    // A list that would be left without an entry needs another address.
    const isNeeded = line === '' && !isUsable
    return remedy({ kind: 'bs.list', place: path, replaces: text, text: isNeeded ? '<ADDRESS>:2510' : line, fix })
  })
  const withFix = (level: FindingLevel, meaning: string, check: CheckDescription = syntaxCheck): Finding =>
    finding(check, isUsable ? level : 'error', {
      subject,
      seen,
      meaning: isUsable ? meaning : `${meaning}; no other entry can be used, so that the addresses are not known`,
      remedies,
    })
  switch (code) {
    case 'bootstrap-address-refused':
      return withFix('error', 'no metadata server can be there, so the entry is ignored', addressCheck)
    case 'bootstrap-address-local':
      return finding(addressCheck, 'notice', {
        subject,
        seen,
        meaning: 'it serves this host or this link alone',
      })
    case 'bootstrap-comment-trailing':
      return withFix('warning', 'a reader that knows comments by their first column takes it for entries')
    case 'bootstrap-too-many-entries':
      return finding(syntaxCheck, 'warning', { subject, seen, meaning: 'what comes after it is not read' })
    default:
      return withFix(
        'warning',
        corrections.size > 1
          ? 'the entry is ignored: the last group may be a part of the address, or the port'
          : 'the entry is ignored',
      )
  }
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
}

/**
 * Corrects a line of a list: its comment first, then its good entries one a line, with those corrected that have only one
 * possible meaning. Empty when nothing of the line is left.
 *
 * @param reading the part that the last group of an IPv6 address is, where it may be either
 */
export function correctLine(line: string, reading: 'address' | 'port' = 'address'): string {
  const { entries, comment } = partsOf(line)
  const text = itemsOf(entries)
    .map((item) => correctItem(item, reading))
    .join('\n')
  const endpoints = parseBootstrapList(text).entries.map(({ endpoint }) => formatEndpoint(endpoint))
  return [...(comment === undefined ? [] : [comment]), ...new Set(endpoints)].join('\n')
}

function partsOf(line: string): { readonly entries: string; readonly comment: string | undefined } {
  const hash = line.search(/(?<![^,; \t])#/)
  return hash < 0 ? { entries: line, comment: undefined } : { entries: line.slice(0, hash), comment: line.slice(hash) }
}

function itemsOf(entries: string): readonly string[] {
  return entries.split(/[\s,;]+/u).filter((item) => item !== '')
}

/** Returns true where a correction keeps every entry and every port of a line; each then has one possible meaning, and nothing is wrong with it. */
function isCertain(line: string, corrected: string): boolean {
  const entries = itemsOf(partsOf(line).entries)
  const kept = parseBootstrapList(corrected)
  const hasPorts = entries.every((entry) => !/:0*$/.test(entry.normalize('NFKC')))
  return hasPorts && kept.entries.length === entries.length && kept.warnings.length === 0
}

/** Replaces look-alike characters, adds the brackets of IPv6, and replaces a port of 0 by the default one. */
function correctItem(item: string, reading: 'address' | 'port'): string {
  const plain = item.normalize('NFKC').replace(/\p{C}/gu, '')
  const [, address, port] = /^(.*:.*):([1-9]\d{3})$/.exec(plain) ?? []
  if (reading === 'port' && address !== undefined && canonicalAddress(address) !== undefined)
    return `[${address}]:${port}`
  if (plain.includes(':') && canonicalAddress(plain) !== undefined) return `[${plain}]:${DEFAULT_MDS_PORT}`
  return plain.replace(/:0*$/, `:${DEFAULT_MDS_PORT}`)
}
