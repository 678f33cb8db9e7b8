import { resolve as absolutePath } from 'node:path'
import { canonicalAddress, escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  type Fix,
  finding,
  type Remedy,
  remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import { type Name, nameToText } from '@pstorage/dns-message'
import { domainText, readDomain } from '../../config/domain-name.js'
import { locateResolvConf, MAX_NAMESERVERS } from '../../config/resolv-conf.js'
import { type SettingsGap, settingsOf, systemSources } from '../../config/system-settings.js'
import type { ResolvConfFacts } from './host-settings.js'

/** The check of the `nameserver` lines of resolv.conf. */
export const resolvConfCheck: CheckDescription = {
  id: 'dns-resolv-conf',
  checks: 'resolv.conf can be read, and every nameserver line of it counts',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** The check of the search list. */
export const searchListCheck: CheckDescription = {
  id: 'dns-search-list',
  checks: 'there is a search domain, and every one is a name; without one nothing can be asked',
  levels: ['ok', 'warning', 'error'],
}

/** Checks the `nameserver` lines of resolv.conf. */
export function* checkResolvConf({ path, text, fault, forServers }: ResolvConfFacts): Iterable<Finding> {
  const subject = escapeText(path)
  const line = (content: string, replaces: string | null = null) =>
    remedy({ kind: 'resolv.conf', place: path, replaces, text: content })
  if (fault !== undefined) {
    const isChanging = fault.code === 'ECHANGING'
    const file = absolutePath(path)
    yield finding(resolvConfCheck, 'error', {
      subject,
      seen: isChanging ? fault.message : `cannot be read: ${fault.code}`,
      meaning: 'the name servers are not known',
      remedies: commands('you', isChanging ? shellText`ls -l --full-time ${file}` : shellText`namei -l ${file}`),
      checked: false,
    })
    return
  }
  if (!forServers) return
  const lines = (text ?? '').split(/\r\n|\n|\r/)
  const good = lines.filter((each) => /^[ \t]*nameserver[ \t]/.test(each) && isUsable(each))
  const findings: Finding[] = []
  const wrong = gapsOf(path, text, 'servers')
  for (const { message, isPreferred } of wrong) {
    const [, number] = /:(\d+): /.exec(message.slice(subject.length)) ?? []
    const written = number === undefined ? undefined : lines[Number(number) - 1]
    const meaning =
      good.length === 0
        ? 'no other line names a server: none is asked'
        : isPreferred
          ? 'a server that cannot be asked: what those behind it deny proves nothing'
          : 'the line is ignored'
    const corrected = written === undefined ? undefined : correctServerLine(written)
    // Where no other line is good, a line that only goes would leave this host without a name server.
    const content = corrected?.text ?? (good.length > 0 ? '' : 'nameserver <ADDRESS>')
    const fix =
      corrected?.isWhole === true ? fixOf(path, text, { replaces: written ?? '', text: corrected.text }) : null
    const remedies = written === undefined ? [] : [{ ...line(content, written), fix }]
    findings.push(finding(resolvConfCheck, 'warning', { subject, seen: seenOf(message, subject), meaning, remedies }))
  }
  if (good.length === 0 && wrong.length === 0) {
    const seen = text === undefined ? 'is not there' : 'names no name server'
    const meaning = 'the one on this host is asked (127.0.0.1 and ::1), if there is one'
    findings.push(
      finding(resolvConfCheck, 'warning', { subject, seen, meaning, remedies: [line('nameserver <ADDRESS>')] }),
    )
  }
  for (const each of good.slice(MAX_NAMESERVERS)) {
    const seen = `${addressOf(each)} is the fourth name server or a later one`
    const meaning = `only the first ${MAX_NAMESERVERS} are asked`
    findings.push(finding(resolvConfCheck, 'notice', { subject, seen, meaning, remedies: [line('', each)] }))
  }
  yield* findings
  if (findings.length > 0) return
  const seen = `names ${good.map(addressOf).join(', ')}`
  yield finding(resolvConfCheck, 'ok', { subject, seen })
}

/** Checks that there are search domains, and that all words of the search list are names. */
export function* checkSearchList(
  { path, text, fault, forDomains }: ResolvConfFacts,
  domains: readonly Name[],
): Iterable<Finding> {
  if (!forDomains || fault !== undefined) return
  const subject = escapeText(path)
  // The last of these lines counts.
  const [line] = (text ?? '')
    .split(/\r\n|\n|\r/)
    .filter((each) => /^[ \t]*(?:search|domain)[ \t]/.test(each))
    .slice(-1)
  const wrong = gapsOf(path, text, 'domains')
  if (wrong.length > 0) {
    const misspelt = correctSearchLine(text ?? '')
    const known = domains.length > 0 ? `search ${domains.map(nameToText).join(' ')}` : 'search <DOMAIN>'
    const isMisspelt = line === undefined && misspelt !== undefined
    const { replaces, corrected } = isMisspelt ? misspelt : { replaces: line ?? null, corrected: known }
    const fix = isMisspelt ? fixOf(path, text, { replaces: misspelt.replaces, text: misspelt.corrected }) : null
    const isFromFile = process.env.LOCALDOMAIN === undefined
    yield finding(searchListCheck, domains.length > 0 ? 'warning' : 'error', {
      subject,
      seen: wrong.map(({ message }) => seenOf(message, subject)).join('; '),
      meaning:
        domains.length > 0
          ? 'nothing is asked below it, and what the other domains deny proves nothing'
          : 'nothing can be asked: names are only ever looked up below a domain',
      remedies: isFromFile
        ? [remedy({ kind: 'resolv.conf', place: path, replaces, text: corrected, fix })]
        : commands('you', 'printenv LOCALDOMAIN'),
    })
  }
  if (domains.length === 0 && wrong.length === 0) {
    yield finding(searchListCheck, 'error', {
      subject,
      seen: 'there is no search domain, and the name of this host has none either',
      meaning: 'nothing can be asked: names are only ever looked up below a domain',
      remedies: [remedy({ kind: 'resolv.conf', place: path, replaces: line ?? null, text: 'search <DOMAIN>' })],
    })
  } else if (wrong.length === 0) {
    yield finding(searchListCheck, 'ok', {
      subject,
      seen: `clusters are looked for in ${domains.map(domainText).join(', ')}`,
    })
  }
}

function gapsOf(path: string, text: string | undefined, about: SettingsGap['about']): readonly SettingsGap[] {
  const reading = { kind: 'read', text: text ?? '', missingTarget: undefined } as const
  return settingsOf(reading, { ...systemSources(), resolvConf: path }).gaps.filter((gap) => gap.about === about)
}

/** Removes the file, which is the subject, from a message. */
function seenOf(message: string, subject: string): string {
  return message.startsWith(`${subject}:`) ? `line ${message.slice(subject.length + 1)}` : message
}

function isUsable(line: string): boolean {
  return canonicalAddress(addressOf(line)) !== undefined
}

function addressOf(line: string): string {
  return (
    line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/[ \t]+/)[1] ?? ''
  )
}

/** Returns the change of a line, unless the comments of the file tell that a program writes it, and would do so again. */
function fixOf(
  path: string,
  text: string | undefined,
  change: { readonly replaces: string; readonly text: string },
): Fix | null {
  const comments = (text ?? '').split(/\r\n|\n|\r/).filter((each) => /^[ \t]*[#;]/.test(each))
  const isGenerated = comments.some((each) => /generated|managed|overwritten|(?:not|n't) (?:edit|change)/i.test(each))
  return isGenerated ? null : { kind: 'edit', path: absolutePath(path), ...change }
}

/** Returns the line with the keyword and the addresses that were meant, and whether these are all of its words; `undefined` where it has none. */
function correctServerLine(line: string): { readonly text: string; readonly isWhole: boolean } | undefined {
  const words = line
    .trim()
    .split(/[ \t=:,;]*[ \t=,;]+/)
    .slice(1)
  // Port 53 is the only one that resolv.conf(5) has, so that it can go.
  const addresses = words.flatMap(
    (word) => canonicalAddress(word.replace(/^\[(.*)\](?::53)?$/, '$1').replace(/^([\d.]+)[:#]53$/, '$1')) ?? [],
  )
  if (addresses.length === 0) return undefined
  const text = addresses.map((address) => `nameserver ${address}`).join('\n')
  return { text, isWhole: addresses.length === words.filter((word) => word !== '').length }
}

/** Returns the line that was likely meant to be the search list, where it has domains alone, and the right one. */
function correctSearchLine(text: string): { readonly replaces: string; readonly corrected: string } | undefined {
  for (const { line, reason } of locateResolvConf(text).unusable.filter(({ about }) => about === 'domains')) {
    const replaces = text.split(/\r\n|\n|\r/)[line - 1] ?? ''
    const words = replaces
      .trim()
      .split(/[ \t=:,;]+/)
      .slice(1)
      .filter((word) => word !== '')
    // A-labels, since the C library sends what stands here as it is.
    const domains = words.flatMap((word) => {
      const read = readDomain(word)
      return 'name' in read ? [nameToText(read.name)] : []
    })
    const areDomains = domains.length > 0 && domains.length === words.length
    if (/"(?:search|domain)"/.test(reason) && areDomains) return { replaces, corrected: `search ${domains.join(' ')}` }
  }
  return undefined
}

/** Creates the remedy that removes a server, which has to have another one beside it, from the file. */
export function removalRemedies(file: ResolvConfFacts | undefined, address: string): readonly Remedy[] {
  if (file === undefined || !file.forServers) return []
  const line = serverLineOf(file, address)
  return line === undefined ? [] : [remedy({ kind: 'resolv.conf', place: file.path, replaces: line, text: '' })]
}

/** Returns true for a server that is asked because resolv.conf names none. */
export function isFallback(file: ResolvConfFacts | undefined, address: string): boolean {
  return file?.forServers === true && serverLineOf(file, address) === undefined
}

function serverLineOf({ text }: ResolvConfFacts, address: string): string | undefined {
  return (text ?? '').split(/\r\n|\n|\r/).find((each) => each.trim().split(/[ \t]+/)[1] === address)
}
